/**
 * @file keypad.h  Keys that callers press: the only digits that mean anything are those of a PIN
 *
 * They come as RFC 4733 events, which rtpengine reports (dtmf.c), or as SIP INFO. Which key it was
 * is told to nobody.
 */
#ifndef KEYPAD_H
#define KEYPAD_H

#include <stdint.h>

#include "line.h"

enum {
	KEYPAD_INFO_MAX = 128, /**< bytes of the body of an INFO that are looked at */
};

/** @return the key of an event (RFC 4733 §3.2), 0 if it is none */
char keypad_of_event(int64_t event);

/**
 * @param body  Of an INFO: "Signal=5" and more lines (application/dtmf-relay), or just the key
 *              (application/dtmf); * and # may be 10 and 11
 *
 * @return the key, 0 if there is none
 */
char keypad_of_info(const char *body);

/** A caller's key. */
struct keypad_press {
	const char *line, *leg;
	const char *to_tag; /**< of the request, NULL if there was none */
	/** "info" or "event", and a number that grows with each press of a caller that comes this
	 * way: one that is told again counts once. NULL and 0: nothing was pressed */
	const char *way;
	int64_t number;
	char key; /**< 0-9 * # A-D */
};

/**
 * Tell the line about a key.
 *
 * @param secret  Of the service, for pin_token()
 * @param out     LINE_IGNORED, LINE_MORE, LINE_PROVEN, LINE_WRONG, LINE_UNPROVEN, LINE_UNKNOWN,
 *                LINE_MISMATCH; written only on success
 *
 * @return 0, EINVAL, else as store_run()
 */
__attribute__((warn_unused_result)) int keypad_pressed(struct store *s, const char *secret,
						       const struct keypad_press *press,
						       enum line_outcome *out);

/** No key for so long: as keypad_pressed(); LINE_IGNORED if it has not been so long. */
__attribute__((warn_unused_result)) int keypad_waited(struct store *s, const char *line,
						      const char *leg, enum line_outcome *out);

#endif
