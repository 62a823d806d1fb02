/**
 * @file lineconf.h  The configuration of a line: what the API takes, stores and shows
 */
#ifndef LINECONF_H
#define LINECONF_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "json_decode.h"
#include "pin.h"

enum {
	LINECONF_MUSIC_BUF = 64,
	LINECONF_FROM_BUF = 17,	 /**< a number, or up to 11 letters and digits */
	LINECONF_TEXT_MAX = 480, /**< bytes of an SMS template: three GSM-7 parts */
	LINECONF_URL_BUF = 512,
	LINECONF_KEY_BUF = 256,
	LINECONF_NUMBERS_MAX = 64,   /**< DIDs, hosts, recipients of a line */
	LINECONF_BLOCKED_MAX = 1000, /**< callers that are not wanted */
	LINECONF_WAITING_MAX = 1000,
	LINECONF_CALLS_MAX = 2000,
	LINECONF_PER_HOUR_MAX = 1000,
	LINECONF_MINUTES_MAX = 24 * 60,
};

/** What lineconf_sender_valid() allows, in words. */
#define LINECONF_SENDER "an E.164 number or up to 11 letters and digits"

struct lineconf_sms {
	int provider;		      /**< enum config_sms, or LINECONF_PROVIDER_DEFAULT */
	char from[LINECONF_FROM_BUF]; /**< "" = EXECLINE_SMS_FROM */
	struct json_strs to;	      /**< absent = the hosts */
	char *text_joined, *text_left, *text_pin; /**< NULL = the standard texts */
	char url[LINECONF_URL_BUF];		  /**< "" = of the environment */
	char key[LINECONF_KEY_BUF];		  /**< likewise, if the url is; never shown again */
	int64_t max_per_hour;	/**< messages; 0 = any number, or LINECONF_LIMIT_DEFAULT */
	int64_t repeat_minutes; /**< one "is now on" of a caller within; 0 = each, or likewise */
	int on_unknown; /**< index into lineconf_on_unknown_names, or LINECONF_ON_UNKNOWN_DEFAULT:
			   as the kind of the message has it, lua/include/message.lua */
};

struct lineconf {
	struct json_strs dids, hosts, blocked;
	struct lineconf_sms sms;
	int64_t max_waiting;
	int64_t max_calls, max_calls_per_caller; /**< at a time, 0 = any number */
	int on_host_leave;			 /**< index into lineconf_on_host_leave_names */
	int host_trust;				 /**< index into lineconf_host_trust_names */
	char pin[PIN_BUF];			 /**< as the API gives it, until lineconf_seal() */
	char pin_sealed[PIN_SEALED_BUF];	 /**< "" = none; never shown */
	char music[LINECONF_MUSIC_BUF];		 /**< "" = EXECLINE_MUSIC */
	bool enabled;
};

enum {
	LINECONF_PROVIDER_DEFAULT = -1,
	LINECONF_ON_UNKNOWN_DEFAULT = -1,
	LINECONF_LIMIT_DEFAULT = -1, /**< as lua/include/budget.lua has it */
};

/** NULL-terminated: caller_id, verified, pin. */
extern const char *const lineconf_host_trust_names[];

/** NULL-terminated: end_member, requeue_member, keep_member. */
extern const char *const lineconf_on_host_leave_names[];

/** NULL-terminated: resend, leave. */
extern const char *const lineconf_on_unknown_names[];

/**
 * Read a configuration, from the API or from the store.
 *
 * @param text  JSON
 * @param len   Bytes
 * @param conf  Result; lineconf_free() it also after an error
 * @param why   With EBADMSG and EINVAL: the field and what it allows
 *
 * @return 0, EBADMSG not JSON, EINVAL a field is wrong, ENOMEM
 */
__attribute__((warn_unused_result)) int
lineconf_read(const char *text, size_t len, struct lineconf *conf, char why[JSON_WHY_MAX]);

/**
 * Seal the PIN of a configuration that came by the API; it is needed where hosts are asked for it.
 *
 * @param secret  Of the service, as for pin_seal()
 * @param line    Id of the line
 * @param why     With EINVAL: the field and what it allows
 *
 * @return 0, EINVAL, EIO no random numbers
 */
__attribute__((warn_unused_result)) int lineconf_seal(struct lineconf *conf, const char *secret,
						      const char *line, char why[JSON_WHY_MAX]);

/**
 * Write it as JSON.
 *
 * @param cfg  Given: for the API, with the defaults of the environment filled in, key and PIN left
 *             out. NULL: for the store, as it was given.
 *
 * @return the object, NULL without memory; free with json_free()
 */
struct json *lineconf_write(const struct lineconf *conf, const char *line,
			    const struct config *cfg);

void lineconf_free(struct lineconf *conf);

/** Whether providers may take it as the sender of an SMS; "" counts, too. */
bool lineconf_sender_valid(const char *s);

#endif
