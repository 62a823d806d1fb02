/**
 * @file metrics.h  Counters and durations of this process, in Prometheus text format
 */
#ifndef METRICS_H
#define METRICS_H

#include <stdint.h>

struct strbuf;

/**
 * Counters: symbol, family, labels, help. The rows of a family stand together, its first row has
 * the help.
 */
#define METRICS(X)                                                                                 \
	X(DECISIONS_CONFERENCE, "execline_decisions_total", "route=\"conference\"",                \
	  "Decisions on initial INVITEs")                                                          \
	X(DECISIONS_HOLD, "execline_decisions_total", "route=\"hold\"", "")                        \
	X(DECISIONS_REJECT, "execline_decisions_total", "route=\"reject\"", "")                    \
	X(DECISIONS_FAILED, "execline_decisions_total", "route=\"failed\"", "")                    \
	X(LIMITED_WAITING, "execline_limited_total", "limit=\"waiting\"",                          \
	  "Calls refused because there were so many")                                              \
	X(LIMITED_LINE, "execline_limited_total", "limit=\"line\"", "")                            \
	X(LIMITED_CALLER, "execline_limited_total", "limit=\"caller\"", "")                        \
	X(LIMITED_TRUNK, "execline_limited_total", "limit=\"trunk\"", "")                          \
	X(LIMITED_ALL, "execline_limited_total", "limit=\"all\"", "")                              \
	X(EVENTS, "execline_sip_events_total", "", "In-dialog events reported by Kamailio")        \
	X(HANGUPS, "execline_hangups_total", "result=\"ok\"", "BYEs the service asked for")        \
	X(HANGUPS_FAILED, "execline_hangups_total", "result=\"failed\"", "")                       \
	X(OPTIONS, "execline_options_total", "result=\"ok\"",                                      \
	  "OPTIONS sent to see whether a silent caller is there")                                  \
	X(OPTIONS_FAILED, "execline_options_total", "result=\"failed\"", "")                       \
	X(REINVITES, "execline_reinvites_total", "result=\"ok\"",                                  \
	  "INVITEs of our own that told a caller where the media are now")                         \
	X(REINVITES_FAILED, "execline_reinvites_total", "result=\"failed\"", "")                   \
	X(DEAD_LEGS, "execline_dead_legs_total", "", "Calls ended because nobody was there")       \
	X(RECONCILED_LEGS, "execline_reconciled_total", "found=\"leg_without_media\"",             \
	  "What the stores did not agree on, and was repaired")                                    \
	X(RECONCILED_MEDIA, "execline_reconciled_total", "found=\"media_without_leg\"", "")        \
	X(MEDIA_COMMANDS, "execline_media_commands_total", "result=\"ok\"",                        \
	  "Commands sent to rtpengine")                                                            \
	X(MEDIA_FAILED, "execline_media_commands_total", "result=\"failed\"", "")                  \
	X(SMS_SENT, "execline_sms_total", "result=\"sent\"",                                       \
	  "What became of SMS, and of attempts to send them")                                      \
	X(SMS_RETRIED, "execline_sms_total", "result=\"retried\"", "")                             \
	X(SMS_DELIVERED, "execline_sms_total", "result=\"delivered\"", "")                         \
	X(SMS_FAILED, "execline_sms_total", "result=\"failed\"", "")                               \
	X(SMS_UNKNOWN, "execline_sms_total", "result=\"unknown\"", "")                             \
	X(SMS_EXPIRED, "execline_sms_total", "result=\"expired\"", "")                             \
	X(SMS_CANCELLED, "execline_sms_total", "result=\"cancelled\"", "")                         \
	X(SMS_SUPPRESSED, "execline_sms_total", "result=\"suppressed\"", "")                       \
	X(DTMF, "execline_dtmf_total", "", "Digits pressed by callers")                            \
	X(PIN_RIGHT, "execline_pins_total", "result=\"right\"", "PINs that were asked for")        \
	X(PIN_WRONG, "execline_pins_total", "result=\"wrong\"", "")                                \
	X(PIN_GIVEN_UP, "execline_pins_given_up_total", "",                                        \
	  "Callers with a host's number who did not know the PIN")                                 \
	X(STORE_ERRORS, "execline_store_errors_total", "", "Redis commands that failed")           \
	X(HTTP_2XX, "execline_http_requests_total", "code=\"2xx\"", "HTTP requests answered")      \
	X(HTTP_4XX, "execline_http_requests_total", "code=\"4xx\"", "")                            \
	X(HTTP_5XX, "execline_http_requests_total", "code=\"5xx\"", "")                            \
	X(HTTP_DENIED, "execline_http_denied_total", "",                                           \
	  "HTTP requests without the right token, key or signature")

enum metric {
#define X(symbol, family, labels, help) METRIC_##symbol,
	METRICS(X)
#undef X
	    METRIC_COUNT
};

/** What is timed of the decision on an INVITE: symbol, step. `all` contains the others. */
#define METRICS_STEPS(X)                                                                           \
	X(REDIS, "redis")                                                                          \
	X(RTPENGINE, "rtpengine")                                                                  \
	X(ALL, "all")

enum metric_step {
#define X(symbol, step) METRIC_STEP_##symbol,
	METRICS_STEPS(X)
#undef X
	    METRIC_STEP_COUNT
};

/**
 * Add a duration to the histogram execline_invite_seconds, from any thread.
 *
 * @param step   What took so long
 * @param us     How long, us
 */
void metrics_took(enum metric_step step, int64_t us);

/** Add one, from any thread. */
void metrics_inc(enum metric m);

/** Add n, from any thread. */
void metrics_add(enum metric m, uint64_t n);

/** Append all counters and the histogram. @return out->err */
int metrics_render(struct strbuf *out);

/**
 * Append one counter of somebody else's.
 *
 * @param help, labels  As metrics_gauge()
 *
 * @return out->err
 */
int metrics_counter(struct strbuf *out, const char *family, const char *help, const char *labels,
		    uint64_t value);

/**
 * Append one gauge.
 *
 * @param help    Of the family; NULL for all but its first row
 * @param labels  As in METRICS, "" for none
 *
 * @return out->err
 */
int metrics_gauge(struct strbuf *out, const char *family, const char *help, const char *labels,
		  int64_t value);

#endif
