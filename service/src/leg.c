/**
 * @file leg.c  A leg as the scripts of the calls consumer show it
 */
#include <stdlib.h>
#include <string.h>

#include "leg.h"

static const char TALK[] = "talk:", ASK[] = "ask:";

void leg_read(struct leg *leg, const struct store_reply *r)
{
	const struct store_reply *f = store_reply_at(r, 1);

	*leg = (struct leg){
	    .id = store_reply_str(store_reply_at(r, 0)),
	    .line = store_reply_field(f, "line"),
	    .role = store_reply_field(f, "role"),
	    .state = store_reply_field(f, "state"),
	    .want = store_reply_field(f, "want"),
	    .applied = store_reply_field(f, "applied"),
	    .ask = store_reply_field(f, "ask"),
	    .sdp = store_reply_field(f, "sdp"),
	    .answer = store_reply_field(f, "answer"),
	    .music = store_reply_field(f, "music"),
	    .offer = store_reply_field(f, "offer"),
	    .outline = store_reply_field(f, "outline"),
	    .route = store_reply_field(f, "route"),
	    .local = store_reply_field(f, "local"),
	    .source = store_reply_field(f, "source"),
	    .call_id = store_reply_field(f, "call_id"),
	    .from_tag = store_reply_field(f, "from_tag"),
	    .to_tag = store_reply_field(f, "to_tag"),
	    .from = store_reply_field(f, "from"),
	    .to = store_reply_field(f, "to"),
	    .contact = store_reply_field(f, "contact"),
	    .record_route = store_reply_field(f, "record_route"),
	    .socket = store_reply_field(f, "socket"),
	    .deadline = strtoll(store_reply_field(f, "deadline"), NULL, 10),
	    .not_before = strtoll(store_reply_field(f, "not_before"), NULL, 10),
	    .bye_after = strtoll(store_reply_field(f, "bye_after"), NULL, 10),
	    .offer_after = strtoll(store_reply_field(f, "offer_after"), NULL, 10),
	    .probe_after = strtoll(store_reply_field(f, "probe_after"), NULL, 10),
	    .confirmed_at = strtoll(store_reply_field(f, "confirmed_at"), NULL, 10),
	    .refresh_by = strtoll(store_reply_field(f, "refresh_by"), NULL, 10),
	    .pin_until = strtoll(store_reply_field(f, "pin_until"), NULL, 10),
	    .heard_other =
		store_reply_field(f, "pin_try")[0] || store_reply_field(f, "redescribed")[0],
	    .on_trial = strcmp(store_reply_field(f, "trial"), "1") == 0,
	    .doubted = store_reply_field(f, "doubt")[0] != '\0',
	    .bye_due = strcmp(store_reply_field(f, "bye"), "due") == 0,
	};
}

bool leg_wants(const struct leg *leg)
{
	return leg->want[0] && strcmp(leg->want, leg->applied) != 0;
}

bool leg_asks(const struct leg *leg)
{
	return strncmp(leg->want, ASK, sizeof(ASK) - 1) == 0;
}

const char *leg_peer(const struct leg *leg)
{
	return strncmp(leg->want, TALK, sizeof(TALK) - 1) == 0 ? leg->want + sizeof(TALK) - 1
							       : NULL;
}
