/**
 * @file mutants.c  Broken products
 */
#include <stdlib.h>
#include <string.h>

#include "mutants.h"
#include "scripts_seam.h"

static const struct mutant {
	const char *name;
	const char *old, *new; /* text of the scripts */
	const char *forgets, *doubles;
} all[] = {
    {"the newest is let in first", .old = "ZPOPMIN", .new = "ZPOPMAX"},
    {"nobody is let in when the seat becomes free",
     .old = "if not line_state(line).seat then\n    seat.admit",
     .new = "if false then\n    seat.admit"},
    {"a CANCEL before its INVITE is forgotten", .old = "  if early then\n",
     .new = "  if false then\n"},
    {"a late ACK is owed no BYE", .old = "{ to_tag = to_tag, bye = 'due' }",
     .new = "{ to_tag = to_tag }"},
    {"a wish that changed meanwhile is forgotten",
     .old = "legs.set(leg, { applied = applied, answer = sdp })",
     .new = "legs.set(leg, { applied = leg.want, answer = sdp })"},
    {"ended legs stay for ever", .old = "if leg.state == 'ended' then\n      redis.call('PEXPIRE'",
     .new = "if false then\n      redis.call('PEXPIRE'"},
    {"the answer to a re-INVITE is given to nobody", .old = "  answers.keep(id, cseq, sdp)\n",
     .new = ""},
    {"music is not started again after rtpengine died",
     .old = "legs.set(leg, { applied = 'stale' })\n    agenda.plan(leg, now)\n    count",
     .new = "count"},
    {"a message that was sent is taken for unsent",
     .old = "redis.call('LREM', key.sms_queue(m.line), 1, m.id)", .new = ""},
    {"a claim lasts for ever", .old = "until_ms, m.line)", .new = "until_ms * 2, m.line)"},
    {"whatever may have been taken is sent again", .old = "left = 'leave' }",
     .new = "left = 'resend' }"},
    {"the provider is not asked", .old = "m.status == 'queued' then\n    todo",
     .new = "true then\n    todo"},
    {"\"is now on\" goes out of those who have left",
     .old = "if m.status == 'queued' and m.doubts == 0 then\n      message.cancel(m, now)",
     .new = "if m.status == 'queued' and m.doubts == 0 then"},
    {"a consumer whose lease has passed on is heard", .old = "if epoch ~= '' and redis",
     .new = "if false and redis"},
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
	scripts_restore();
}

bool mutants_choose(size_t n)
{
	mutants_none();
	chosen = &all[n];
	return !chosen->old || scripts_replace(chosen->old, chosen->new);
}

bool mutants_forget(const char *what)
{
	return chosen && chosen->forgets && strcmp(chosen->forgets, what) == 0;
}

bool mutants_double(const char *what)
{
	return chosen && chosen->doubles && strcmp(chosen->doubles, what) == 0;
}
