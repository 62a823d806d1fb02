/**
 * @file provider.h  SMS providers: how a message is put to each, and what its answer means
 *
 * PURE: no I/O. A provider is a row of the table in provider.c.
 */
#ifndef PROVIDER_H
#define PROVIDER_H

#include <stdint.h>

#include "config.h"
#include "http_client.h"
#include "lineconf.h"

enum {
	PROVIDER_ID_BUF = 80,
	PROVIDER_ERROR_BUF = 160,
	PROVIDER_HEADER_BUF = 384,
};

struct provider_message {
	const char *id; /**< ours; the provider's reference */
	const char *line, *to, *text;
};

/** Where and as whom a message is sent: the line's own settings, else those of the environment. */
struct provider_account {
	int provider; /**< enum config_sms */
	const char *from, *url, *key;
};

/** A request to be sent; free with provider_request_free(). */
struct provider_request {
	const char *url;
	char *body;
	char header[PROVIDER_HEADER_BUF]; /**< authorisation, "" = none */
};

/** What a provider's answer says. */
enum provider_verdict {
	PROVIDER_SENT,
	PROVIDER_RETRY, /**< not now: time-out, 429, 5xx */
	PROVIDER_FAILED /**< never: wrong number, no credit, bad key, ... */
};

struct provider_result {
	enum provider_verdict verdict;
	char id[PROVIDER_ID_BUF];	/**< the provider's, "" = none */
	char error[PROVIDER_ERROR_BUF]; /**< "" = none */
};

/** The account of a line. @param conf  NULL: the line is gone */
void provider_account(const struct config *cfg, const struct lineconf *conf,
		      struct provider_account *acc);

/**
 * Make the request for a message.
 *
 * @return 0, ENOENT nothing is to be sent anywhere (provider `log`), EINVAL the account lacks a URL
 * or a key, ENOMEM
 */
__attribute__((warn_unused_result)) int provider_request(const struct provider_account *acc,
							 const struct provider_message *msg,
							 struct provider_request *req);

void provider_request_free(struct provider_request *req);

/** Read a provider's answer. */
void provider_read(const struct http_result *res, struct provider_result *out);

#endif
