/**
 * @file sipuri.h  SIP, SIPS and tel URIs, bare or inside a header value
 */
#ifndef SIPURI_H
#define SIPURI_H

#include <stddef.h>
#include <stdint.h>

enum {
	SIPURI_SCHEME_BUF = 5, /**< "sips" and NUL */
	SIPURI_USER_BUF = 128,
	SIPURI_HOST_BUF = 256, /**< 253 characters of a domain name, NUL */
	SIPURI_PARAMS_BUF = 256,
};

/** One URI. Strings are empty where the URI has no such part; parameters are "a=b;c", still
 * escaped. */
struct sipuri {
	char scheme[SIPURI_SCHEME_BUF]; /**< "sip", "sips" or "tel" */
	char user[SIPURI_USER_BUF];	/**< unescaped, without password; the number of a tel URI */
	char host[SIPURI_HOST_BUF];	/**< lower case, IPv6 without brackets; empty for tel */
	uint16_t port;			/**< 0 if not given */
	char params[SIPURI_PARAMS_BUF]; /**< without headers ("?...") */
	char user_params[SIPURI_PARAMS_BUF];   /**< within the user part of a SIP URI, RFC 3261
						  §19.1.6 */
	char header_params[SIPURI_PARAMS_BUF]; /**< behind the ">" of a header value; none if they
						    are longer */
};

/**
 * Parse one URI: addr-spec, or name-addr with or without a (quoted) display name. RFC 3261 §19.1
 * and §25.1, RFC 3966.
 *
 * @param text  URI or header value
 * @param uri   Result, written only on success
 *
 * @return 0, EINVAL, EBADMSG unparsable, ENOSPC a part does not fit
 */
__attribute__((warn_unused_result)) int sipuri_parse(const char *text, struct sipuri *uri);

/**
 * Parse the next of several comma separated header values (P-Asserted-Identity, Contact).
 * A value that cannot be parsed is passed over as well, so that the next call sees the next one.
 *
 * @param textp  Where to go on; moved behind the value
 * @param uri    Result, written only on success
 *
 * @return 0, EINVAL, ENOENT no further value, EBADMSG or ENOSPC as sipuri_parse()
 */
__attribute__((warn_unused_result)) int sipuri_next(const char **textp, struct sipuri *uri);

/**
 * One of the parameters, unescaped; the name is compared without regard to case.
 *
 * @param params  params, user_params or header_params of a URI
 * @param name    Name
 * @param out     Value, "" for one without a value; written only on success
 * @param max     Size of out in bytes
 *
 * @return 0, EINVAL, ENOENT no such parameter, EBADMSG bad escape, ENOSPC
 */
__attribute__((warn_unused_result)) int sipuri_param(const char *params, const char *name,
						     char *out, size_t max);

#endif
