/**
 * @file sip_response.h  What a response to a request of our own says
 *
 * Kamailio gives it as text, from the first header on. It is of foreign making, and well-formed as
 * far as Kamailio's parser was interested.
 */
#ifndef SIP_RESPONSE_H
#define SIP_RESPONSE_H

#include <stddef.h>

/** @return its body, "" if there is none; belongs to the text */
const char *sip_response_body(const char *text);

/**
 * The URI of its (first) Contact, also in the compact form, as it is.
 *
 * @param uri  Written only on success
 *
 * @return 0, ENOENT it has none, EBADMSG it is no URI, ENOSPC
 */
__attribute__((warn_unused_result)) int sip_response_contact(const char *text, char *uri,
							     size_t max);

#endif
