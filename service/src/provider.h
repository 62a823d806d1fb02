/**
 * @file provider.h  SMS providers: how a message is put to each, and what its answer means
 *
 * PURE: no I/O. A provider is a row of the table in provider.c.
 */
#ifndef PROVIDER_H
#define PROVIDER_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "http_client.h"
#include "lineconf.h"

enum {
	PROVIDER_ID_BUF = 80,
	PROVIDER_ERROR_BUF = 160,
	PROVIDER_HEADER_BUF = 384,
};

/** Where providers send their delivery reports, below EXECLINE_PUBLIC_URL; then the provider's
 * name. */
#define PROVIDER_REPORTS_PATH "/v1/sms/reports/"

struct provider_message {
	const char *id; /**< ours; the provider's reference */
	const char *line, *to, *text;
	int64_t created_ms;
};

/** Where and as whom a message is sent: the line's own settings, else those of the environment. */
struct provider_account {
	int provider; /**< enum config_sms */
	const char *from, *url, *key;
	const char *public_url; /**< for delivery reports; "" = they could not be verified */
};

/** A request to be sent; free with provider_request_free(). */
struct provider_request {
	const char *method;
	char *url;
	char *body;			  /**< NULL = none */
	char header[PROVIDER_HEADER_BUF]; /**< authorisation, "" = none */
};

/** What an answer says: enumerator, word of the scripts. */
#define PROVIDER_VERDICTS(X)                                                                       \
	X(SENT, "sent")		  /* the provider has the message */                               \
	X(DELIVERED, "delivered") /* it has arrived */                                             \
	X(FAILED, "failed")	  /* never: wrong number, no credit, bad key, ... */               \
	X(AGAIN, "again")	  /* it was certainly not taken, and may be another time */        \
	X(ABSENT, "absent")	  /* asked: the provider does not have it */                       \
	X(DOUBT, "doubt")	  /* it may have been taken */                                     \
	X(UNASKED, "unasked")	  /* likewise, and the provider cannot tell */

enum provider_verdict {
#define X(symbol, word) PROVIDER_##symbol,
	PROVIDER_VERDICTS(X)
#undef X
};

/** Indexed by enum provider_verdict */
extern const char *const provider_verdict_names[];

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

/** @return whether this provider can be asked what has become of a message */
bool provider_asks(int provider);

/**
 * Make the request that asks for a message.
 *
 * @return 0, ENOENT this provider cannot be asked, EINVAL as above, ENOMEM
 */
__attribute__((warn_unused_result)) int provider_ask(const struct provider_account *acc,
						     const struct provider_message *msg,
						     struct provider_request *req);

void provider_request_free(struct provider_request *req);

/** Read the answer to provider_request(). */
void provider_read(int provider, const struct http_result *res, struct provider_result *out);

/** Read the answer to provider_ask(). @param id  Our id of the message */
void provider_read_ask(const struct http_result *res, const char *id, struct provider_result *out);

/**
 * What MessageBird's word for the state of a message means.
 *
 * @return PROVIDER_SENT, PROVIDER_DELIVERED, PROVIDER_FAILED, or PROVIDER_UNASKED: it is none
 */
enum provider_verdict provider_messagebird_status(const char *word);

#endif
