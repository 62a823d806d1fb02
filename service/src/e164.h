/**
 * @file e164.h  Telephone numbers in E.164 form
 *
 * The only module that includes libphonenumber (e164.cc, the only C++ file). All functions may
 * be called from any thread.
 */
#ifndef E164_H
#define E164_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	E164_DIGITS_MAX = 15,  /**< ITU-T E.164: country code and number together */
	E164_BUF = 1 + 15 + 1, /**< plus sign, digits, NUL */
	E164_INPUT_MAX = 64,   /**< longest text that is looked at */
};

/**
 * Bring a number as people and carriers write it into E.164 form. Digits, one leading plus and
 * the separators " -./()" are accepted; letters, "*" and "#" are not. A number without a plus is
 * read as dialled in the country: national and international prefixes are understood.
 * One that only makes sense with its country code is read as if it had the plus.
 * The number need not be assigned, nor of a length that is in use: +15550100 passes.
 *
 * @param number   Number, at most E164_INPUT_MAX characters
 * @param country  ISO 3166 country, two capital letters
 * @param out      "+15550100", written only on success
 *
 * @return 0, EINVAL bad argument or unknown country, EBADMSG not a number, ENOMEM
 */
__attribute__((warn_unused_result)) int e164_normalise(const char *number, const char *country,
						       char out[E164_BUF]);

/**
 * @return true if the text is ^\+[1-9][0-9]{1,14}$
 */
bool e164_valid(const char *number);

/**
 * @return true if the country (two capital letters, ISO 3166) has a numbering plan we know
 */
bool e164_country_known(const char *iso);

#ifdef __cplusplus
}
#endif

#endif
