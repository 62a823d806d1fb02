/**
 * @file verstat.h  Whether the caller's number was verified: what a trunk says of STIR/SHAKEN
 *
 * Verified is a number whose signature was good and whose carrier vouches for the caller's right to
 * it (attestation A, RFC 8588 §4). No state, no I/O.
 */
#ifndef VERSTAT_H
#define VERSTAT_H

#include "sipuri.h"
#include "trunk.h"

/** Enumerator, word of the leg and of the API. */
#define TRUSTS(X)                                                                                  \
	X(TRUST_UNVERIFIED, "unverified") /* it failed, or nobody vouches for the number */        \
	X(TRUST_UNKNOWN, "unknown")	  /* nothing was said, or nothing that we understand */    \
	X(TRUST_VERIFIED, "verified")

enum trust {
#define X(id, word) id,
	TRUSTS(X)
#undef X
};

/** @return its word */
const char *trust_name(enum trust t);

/**
 * Read the result where the trunk's profile says that it is. Of several that differ the worst
 * counts, so that what a caller may have slipped in improves nothing.
 *
 * @param identity  Value of P-Asserted-Identity that the number was taken from, NULL = it was not
 * @param headers   Values of the carriers' own headers, by enum trunk_header; NULL = not there
 *
 * @return TRUST_UNKNOWN where nothing is said
 */
enum trust verstat_trust(const struct trunk_profile *profile, const struct sipuri *identity,
			 const char *const headers[TRUNK_H_COUNT]);

#endif
