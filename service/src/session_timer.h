/**
 * @file session_timer.h  Session timers (RFC 4028): the caller refreshes, or there is none
 */
#ifndef SESSION_TIMER_H
#define SESSION_TIMER_H

#include <stdbool.h>

enum {
	SESSION_MIN_S = 90,    /**< the least that RFC 4028 5 allows */
	SESSION_MAX_S = 86400, /**< longer ones are shortened to it */
	SESSION_EXPIRES_BUF = 32,
	SESSION_TOO_SHORT = 422, /**< the answer then, with Min-SE */
};

/**
 * What becomes of the session timer that a request asks for.
 *
 * Only the caller refreshes: one that wants us to (refresher=uas), or that does not know session
 * timers (a proxy has asked then), gets an answer without, as from a side that does not know them
 * (RFC 4028 9, table 2).
 *
 * @param expires    Session-Expires, "" = none
 * @param supported  The caller knows session timers (Supported, Require)
 * @param seconds    For how long the session lasts without a refresh, 0 = for ever; written only on
 *                   success
 *
 * @return 0, ERANGE it is shorter than SESSION_MIN_S
 */
__attribute__((warn_unused_result)) int session_timer_read(const char *expires, bool supported,
							   unsigned *seconds);

/** Session-Expires of the answer, "" for 0 seconds. */
void session_timer_print(unsigned seconds, char out[SESSION_EXPIRES_BUF]);

#endif
