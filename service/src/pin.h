/**
 * @file pin.h  The PIN of a line, so that neither Redis nor a log ever holds it
 *
 * A digit is known by its token, which follows from a secret of the service, the line and the
 * digit. What a caller types becomes a row of tokens; the PIN itself is sealed as the digest of a
 * salt and its tokens, so that the script can compare (lua/include/pin.lua). Who has Redis alone,
 * or its file, can not even try all PINs.
 */
#ifndef PIN_H
#define PIN_H

#include <stdbool.h>

enum {
	PIN_BUF = 13, /**< 12 digits, NUL */
	PIN_LENGTH_MIN = 4,
	PIN_TOKEN_BUF = 9,   /**< 8 hex digits, NUL */
	PIN_SEALED_BUF = 80, /**< "<length>:<salt>:<digest>", NUL */
};

/** @return true if it may be a PIN: 4 to 12 digits */
bool pin_valid(const char *pin);

/**
 * The token of a digit.
 *
 * @param secret  Of the service, not empty
 * @param line    Id of the line
 * @param digit   '0' to '9'
 * @param out     Written only on success
 *
 * @return 0, EINVAL, EIO if the library fails
 */
__attribute__((warn_unused_result)) int pin_token(const char *secret, const char *line, char digit,
						  char out[PIN_TOKEN_BUF]);

/**
 * Seal a PIN, each time with another salt.
 *
 * @param secret, line  As pin_token()
 * @param pin           As pin_valid()
 * @param out           Written only on success
 *
 * @return 0, EINVAL, EIO no random numbers, or the library fails
 */
__attribute__((warn_unused_result)) int pin_seal(const char *secret, const char *line,
						 const char *pin, char out[PIN_SEALED_BUF]);

#endif
