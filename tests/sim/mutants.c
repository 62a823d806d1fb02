/**
 * @file mutants.c  Broken products
 */
#include <stdlib.h>
#include <string.h>

#include "mood.h"
#include "mutants.h"
#include "scripts_seam.h"

static const struct mutant {
	const char *name;
	const char *old, *new;	 /* text of the scripts */
	const char *old2, *new2; /* likewise */
	const char *forgets, *doubles;
	enum mood_kind in; /* kind of histories that it takes */
} all[] = {
    {"the newest is let in first", .old = "ZPOPMIN", .new = "ZPOPMAX"},
    {"nobody is let in when the seat becomes free",
     .old = "if not line_state(line).seat then\n    seat.admit",
     .new = "if false then\n    seat.admit"},
    {"a CANCEL before its INVITE is forgotten", .old = "  if early then\n",
     .new = "  if false then\n"},
    {"a late ACK is owed no BYE", .old = "{ to_tag = to_tag, bye = 'due', ",
     .new = "{ to_tag = to_tag, "},
    {"what a consumer has begun is not open", .in = MOOD_DEATHS,
     .old = "  legs.set(leg, { applied = 'open' })\n", .new = "",
     .old2 = "if agenda.closes(leg, applied) then",
     .new2 = "if change.ask or (leg.ask or '') == '' or leg.state == 'ended' then"},
    {"who does not answer any more is not let go", .old = "legs.set(leg, { doubt = code })",
     .new = ""},
    {"ended legs stay for ever", .old = "if leg.state == 'ended' then\n      redis.call('PEXPIRE'",
     .new = "if false then\n      redis.call('PEXPIRE'"},
    {"the answer to a re-INVITE is given to nobody", .old = "  answers.keep(id, cseq, sdp)\n",
     .new = ""},
    {"music is not started again after rtpengine died",
     .old = "legs.set(leg, { applied = 'stale' })\n    agenda.plan(leg, now)\n    count",
     .new = "count"},
    {"a call that rtpengine has lost is not made anew", .in = MOOD_LOSSES,
     .old =
	 "legs.set(leg, { applied = 'stale' })\nagenda.plan(leg, now)\njournal(now, 'media_lost'",
     .new = "journal(now, 'media_lost'"},
    {"who has lost its media is not told where they are", .in = MOOD_LOSSES,
     .old = "legs.set(leg, { offer = 'due', offer_after = now })", .new = ""},
    {"the answer of who was told is not applied", .in = MOOD_LOSSES,
     .old = "change.sdp, change.outline, change.applied = sdp, outline, 'stale'", .new = ""},
    {"whoever is there is taken for nobody",
     .old = "return { redis.call('ZRANGE', key.watch(), 0, -1),", .new = "return { {},"},
    {"a message that was sent is taken for unsent",
     .old = "redis.call('LREM', key.sms_queue(m.line), 1, m.id)", .new = ""},
    {"a claim lasts for ever", .old = "until_ms, m.line)", .new = "until_ms * 2, m.line)"},
    {"a claim whose answer was lost is not taken back", .in = MOOD_DOUBTS,
     .old = "m.status == 'sending' then\n    message.back", .new = "false then\n    message.back"},
    {"whatever may have been taken is sent again", .in = MOOD_DOUBTS, .old = "left = 'leave'",
     .new = "left = 'resend'"},
    {"the provider is not asked", .in = MOOD_DOUBTS, .old = "m.status == 'queued' then\n    todo",
     .new = "true then\n    todo", .old2 = "unknown = { queued = true,",
     .new2 = "unknown = { sending = true, queued = true,"},
    {"\"is now on\" goes out of those who have left",
     .old = "if m.status == 'queued' and m.doubts == 0 then\n      message.cancel(m, now)",
     .new = "if m.status == 'queued' and m.doubts == 0 then"},
    {"media of ended calls are not deleted", .forgets = "delete"},
    {"music is not stopped when two are connected", .forgets = "stop media"},
    {"music is not played", .forgets = "play media"},
    {"callers are not hung up", .forgets = "RPC"},
    {"messages are not sent", .forgets = "SMS"},
    {"messages are sent twice", .doubles = "SMS"},
};

static const struct mutant *chosen;

size_t mutants_count(void)
{
	return sizeof(all) / sizeof(all[0]);
}

const char *mutants_name(size_t n)
{
	return all[n].name;
}

void mutants_none(void)
{
	chosen = NULL;
	mood_want(MOOD_MIXED);
	scripts_restore();
}

bool mutants_choose(size_t n)
{
	mutants_none();
	chosen = &all[n];
	mood_want(chosen->in);
	return (!chosen->old || scripts_replace(chosen->old, chosen->new)) &&
	       (!chosen->old2 || scripts_replace(chosen->old2, chosen->new2));
}

bool mutants_forget(const char *what)
{
	return chosen && chosen->forgets && strcmp(chosen->forgets, what) == 0;
}

bool mutants_double(const char *what)
{
	return chosen && chosen->doubles && strcmp(chosen->doubles, what) == 0;
}
