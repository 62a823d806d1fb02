/**
 * @file numbers.c  Who calls and what is dialled
 */
#include <stdio.h>

#include "chance.h"
#include "numbers.h"

static const char *const dids[] = {"+15550001000", "+15550002000"};
static const char *const hosts[] = {"+15550001999", "+15550001998"};
static const char *const members[] = {"+15550003001", "+15550003002", "+15550003003",
				      "+15550003004", "+15550003005", "+15550003006",
				      "+15550003007", "+15550003008"};
static const char BLOCKED[] = "+15550004000", NOBODYS[] = "+15550005000", WITHHELD[] = "anonymous";

static const char *on_unknown[NUMBERS_LINES], *limit[NUMBERS_LINES];

void numbers_begin(void)
{
	static const char *const policies[] = {"", "", "resend", "leave"};
	static const char *const limits[] = {"", "", ",\"max_per_hour\":6",
					     ",\"repeat_minutes\":1"};

	for (unsigned i = 0; i < NUMBERS_LINES; i++) {
		on_unknown[i] = policies[chance_below(4)];
		limit[i] = limits[chance_below(4)];
	}
}

const char *numbers_on_unknown(unsigned line)
{
	return on_unknown[line];
}

char numbers_of(char kind, unsigned line, const char **number, const char **did)
{
	*did = kind == 'x' ? NOBODYS : dids[line];
	if (kind == 'h')
		*number = hosts[chance_below(2)];
	else if (kind == 'w' || kind == 'b')
		*number = kind == 'w' ? WITHHELD : BLOCKED;
	else
		*number = members[chance_below(sizeof(members) / sizeof(members[0]))];
	return kind;
}

char numbers_draw(unsigned line, const char **number, const char **did)
{
	const unsigned n = chance_below(100);
	const char kind = n < 65 ? 'm' : n < 91 ? 'h' : n < 94 ? 'w' : n < 97 ? 'b' : 'x';

	return numbers_of(kind, line, number, did);
}

/* The first line's provider is asked as a webhook, the second's as messagebird. */
void numbers_config(unsigned line, char *out, size_t max)
{
	static const char *const on_host_leave[] = {"end_member", "requeue_member", "keep_member"};
	static const char *const sms[] = {
	    "\"provider\":\"webhook\",\"url\":\"http://127.0.0.1/sms\","
	    "\"key\":\"" NUMBERS_SMS_KEY "\"",
	    "\"provider\":\"messagebird\",\"url\":\"http://127.0.0.1/sms\",\"key\":\"k\"",
	};

	char policy[40] = "";

	if (on_unknown[line][0])
		snprintf(policy, sizeof(policy), ",\"on_unknown\":\"%s\"", on_unknown[line]);
	snprintf(out, max,
		 "{\"dids\":[\"%s\"],\"hosts\":[\"%s\",\"%s\"],\"blocked\":[\"%s\"],"
		 "\"sms\":{%s%s%s,\"from\":\"ExecLine\",\"to\":[\"%s\"%s%s%s]},"
		 "\"max_waiting\":%u,\"on_host_leave\":\"%s\",\"enabled\":true}",
		 dids[line], hosts[0], hosts[1], BLOCKED, sms[line], policy, limit[line], hosts[0],
		 line ? ",\"" : "", line ? hosts[1] : "", line ? "\"" : "",
		 chance_of(900) ? 8 : chance_below(3), on_host_leave[chance_below(3)]);
}
