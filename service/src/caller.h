/**
 * @file caller.h  Who calls, and what they dialled
 *
 * The only place where SIP headers become E.164 numbers. No state, no I/O.
 */
#ifndef CALLER_H
#define CALLER_H

#include <stdbool.h>

#include "e164.h"
#include "trunk.h"
#include "verstat.h"

/** What an INVITE says about its caller; a header that is not there is NULL. */
struct caller_headers {
	const char *from;		/**< URI or value of From */
	const char *pai;		/**< values of P-Asserted-Identity, comma joined */
	const char *privacy;		/**< value of Privacy */
	const char *diversion;		/**< values of Diversion, comma joined */
	const char *own[TRUNK_H_COUNT]; /**< the carriers' own headers */
	const char *account; /**< number of a user who has proven to be it (users.h), NULL = a
				trunk's call */
	bool trusted;	     /**< the request came from a trunk: what it asserts counts */
};

struct caller {
	char number[E164_BUF];	 /**< "" if withheld */
	bool withheld;		 /**< no number is known, or it must not be told */
	enum trust trust;	 /**< whether it was verified */
	char diverter[E164_BUF]; /**< number that has forwarded the call, "" = none, or withheld */
};

/**
 * Find out the number of a caller. A trunk's P-Asserted-Identity (RFC 3325) has the last word,
 * where its profile has one: the first of its values that is a number. Without one, From. A caller
 * who asks for privacy (Privacy: id, user or header, RFC 3323; an anonymous From, RFC 3325 §9.1),
 * and one whose identity is not a number, is withheld. The number that has forwarded the call is
 * that of the first Diversion, which is the latest (RFC 5806 §4).
 *
 * @param headers  What the INVITE says
 * @param trunk    Where it came from
 * @param country  Country in which national numbers are read, ISO 3166
 * @param callerp  Result, written only on success
 *
 * @return 0, EINVAL bad argument or unknown country, ENOMEM
 */
__attribute__((warn_unused_result)) int caller_identify(const struct caller_headers *headers,
							const struct trunk *trunk,
							const char *country,
							struct caller *callerp);

/**
 * Find out the dialled number: the trunk's, if it has one for all its calls; else, where the
 * profile has it, that of the request URI, and then (a carrier that puts a fixed name there) that
 * of To.
 *
 * @param ruri     Request URI
 * @param to       URI or value of To, or NULL
 * @param trunk    Where the call came from
 * @param country  Country in which national numbers are read, ISO 3166
 * @param out      E.164 number, written only on success
 *
 * @return 0, EINVAL bad argument or unknown country, EBADMSG neither is a number, ENOMEM
 */
__attribute__((warn_unused_result)) int caller_did(const char *ruri, const char *to,
						   const struct trunk *trunk, const char *country,
						   char out[E164_BUF]);

#endif
