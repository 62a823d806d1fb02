/**
 * @file keypad.c  Keys that callers press
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "keypad.h"
#include "log.h"
#include "metrics.h"
#include "pin.h"

enum {
	WHICH_BUF = 32,
};

static const char keys[] = "0123456789*#ABCD";

char keypad_of_event(int64_t event)
{
	return event >= 0 && event < (int64_t)sizeof(keys) - 1 ? keys[event] : 0;
}

/* One key, or the number of one. */
static char read_key(const char *text, size_t n)
{
	char *end;
	long number;

	if (n == 1 && strchr(keys, toupper((unsigned char)*text)))
		return (char)toupper((unsigned char)*text);
	if (n != 2 || !isdigit((unsigned char)*text))
		return 0;
	number = strtol(text, &end, 10);
	return end == text + n ? keypad_of_event(number) : 0;
}

char keypad_of_info(const char *body)
{
	static const char signal[] = "Signal", blank[] = " \t\r\n";
	const char *p = body + strspn(body, blank);

	if (strncasecmp(p, signal, sizeof(signal) - 1) == 0) {
		p += sizeof(signal) - 1;
		p += strspn(p, blank);
		if (*p++ != '=')
			return 0;
		p += strspn(p, blank);
	} else if (p[strcspn(p, blank) + strspn(p + strcspn(p, blank), blank)]) {
		return 0; /* more than one word */
	}
	return read_key(p, strcspn(p, blank));
}

static void tell(const char *line, const char *leg, const char *call_id, enum line_outcome outcome)
{
	if (outcome == LINE_PROVEN)
		metrics_inc(METRIC_PIN_RIGHT);
	else if (outcome == LINE_WRONG || outcome == LINE_UNPROVEN)
		metrics_inc(METRIC_PIN_WRONG);
	else
		return;
	if (outcome == LINE_UNPROVEN)
		metrics_inc(METRIC_PIN_GIVEN_UP);
	log_info("pin", LOG_S("line", line), LOG_S("leg", leg), LOG_S("call_id", call_id),
		 LOG_S("outcome", line_outcome_name(outcome)));
}

static int transition(struct store *s, const struct keypad_press *press, const char *what,
		      enum line_outcome *out)
{
	struct store_reply *r = NULL;
	char which[WHICH_BUF] = "";
	const char *call_id;
	int err;

	if (press->way)
		snprintf(which, sizeof(which), "%s:%" PRId64, press->way, press->number);
	err = line_digit(s, press->line, press->leg, press->to_tag, what, which, out, &r);
	if (err)
		return err;
	call_id = store_reply_str(store_reply_at(r, 1));
	if (press->key && call_id[0])
		log_info("dtmf", LOG_S("line", press->line), LOG_S("leg", press->leg),
			 LOG_S("call_id", call_id));
	tell(press->line, press->leg, call_id, *out);
	store_reply_free(r);
	return 0;
}

int keypad_pressed(struct store *s, const char *secret, const struct keypad_press *press,
		   enum line_outcome *out)
{
	char token[PIN_TOKEN_BUF];
	int err;

	metrics_inc(METRIC_DTMF);
	if (press->key == '#')
		return transition(s, press, "end", out);
	if (press->key == '*')
		return transition(s, press, "clear", out);
	if (!isdigit((unsigned char)press->key)) { /* A-D are no part of anything */
		*out = LINE_IGNORED;
		return 0;
	}
	err = pin_token(secret, press->line, press->key, token);
	return err ? err : transition(s, press, token, out);
}

int keypad_waited(struct store *s, const char *line, const char *leg, enum line_outcome *out)
{
	const struct keypad_press nothing = {.line = line, .leg = leg};

	return transition(s, &nothing, "late", out);
}
