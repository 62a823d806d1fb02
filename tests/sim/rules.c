/**
 * @file rules.c  What must hold
 */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "http_seam.h"
#include "kamailio.h"
#include "numbers.h"
#include "phones.h"
#include "proc.h"
#include "provider_fake.h"
#include "redis.h"
#include "rtpengine.h"
#include "rules.h"
#include "store_seam.h"
#include "tell.h"

enum { OPEN_BUF = 200 };

static char open_things[OPEN_BUF];
static unsigned long looked_at; /* scripts that had run then */

void rules_begin(void)
{
	open_things[0] = '\0';
}

/* ----- after each step ----- */

/* A caller who was refused may try again; whoever was on the line and has left may not. */
static void note_state(const struct seen *s)
{
	struct call *c = phones_of_leg(s->leg);

	if (!c)
		return;
	if (strcmp(s->state, "confirmed") == 0) {
		if (c->was_ended)
			broken("4. %s had ended, and is there again", c->name);
		c->was_confirmed = true;
	} else if (strcmp(s->state, "ended") == 0 && c->was_confirmed) {
		c->was_ended = true;
	}
}

static void look(struct look *l)
{
	looked_at = store_seam_scripts();
	redis_look(l);
	for (size_t i = 0; i < l->n; i++)
		note_state(&l->legs[i]);
}

void rules_look(void)
{
	struct look l;

	if (tell_complaint() || store_seam_scripts() == looked_at)
		return;
	look(&l);
	redis_look_free(&l);
}

/* ----- at rest ----- */

static bool has_vanished(const struct seen *s)
{
	const struct call *c = phones_of_leg(s->leg);

	return c && c->gone;
}

/* One whose phone has vanished is found by its silence. */
static bool is_done(const struct seen *s)
{
	if (has_vanished(s) && strcmp(s->state, "ended") != 0)
		return false;
	return strcmp(s->state, "reserved") != 0 && strcmp(s->want, s->applied) == 0 &&
	       strcmp(s->bye, "due") != 0 && !s->offer[0];
}

bool rules_quiet(void)
{
	struct look l;

	look(&l);
	open_things[0] = '\0';
	for (size_t i = 0; i < l.n; i++)
		if (!kamailio_pending() && !phones_busy() && !kamailio_has_lost() &&
		    !has_vanished(&l.legs[i]) && strcmp(l.legs[i].state, "reserved") == 0)
			broken("%s has a place that nobody is to have", phones_name(l.legs[i].leg));
	for (size_t i = 0; i < l.n; i++)
		if (!is_done(&l.legs[i]))
			snprintf(open_things, OPEN_BUF, "%s (%s) wants \"%s\", has \"%s\", BYE %s",
				 phones_name(l.legs[i].leg), l.legs[i].state, l.legs[i].want,
				 l.legs[i].applied, l.legs[i].bye);
	redis_look_free(&l);
	if (kamailio_pending())
		snprintf(open_things, OPEN_BUF, "Kamailio has %zu things to say",
			 kamailio_pending());
	if (phones_busy())
		snprintf(open_things, OPEN_BUF, "a phone has something to do");
	if (http_pending())
		snprintf(open_things, OPEN_BUF, "%zu HTTP requests are under way", http_pending());
	for (unsigned i = 0; i < NUMBERS_LINES; i++)
		if (redis_unsent(proc_line(i)))
			snprintf(open_things, OPEN_BUF, "%s has messages to send", proc_line(i));
	return !open_things[0];
}

const char *rules_open(void)
{
	return open_things;
}

static const struct seen *find(const struct look *l, const char *leg)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->legs[i].leg, leg) == 0)
			return &l->legs[i];
	return NULL;
}

static bool is_up(const struct call *c)
{
	return c->state == PHONE_UP && !c->gone;
}

/* Who hears nothing when everybody else does. */
static bool listens(const struct call *c)
{
	return c->dir == SDP_SENDRECV || c->dir == SDP_RECVONLY;
}

static bool speaks(const struct call *c)
{
	return c->dir == SDP_SENDRECV || c->dir == SDP_SENDONLY;
}

static void check_heard(const struct call *c, const struct seen *s)
{
	const char *peer = strncmp(s->want, "talk:", 5) == 0 ? s->want + 5 : NULL;
	const struct call *other = peer ? phones_of_leg(peer) : NULL;
	char heard[RTPENGINE_HEARD_BUF];
	const char *wanted = peer ? peer : "music";

	if (!listens(c) || (other && !speaks(other)))
		wanted = "";
	if (!rtpengine_heard(c->leg, heard))
		broken("%s is up, but has no media", c->name);
	else if (strcmp(heard, wanted) != 0)
		broken("6. %s hears \"%s\", should \"%s\"", c->name, phones_name(heard),
		       phones_name(wanted));
	else if (!peer && rtpengine_speaks(c->leg))
		broken("6. %s is alone, but its voice goes elsewhere", c->name);
	else if (rtpengine_port(c->leg) != c->sends_to)
		broken("%s sends to port %u, but rtpengine is at %u", c->name, c->sends_to,
		       rtpengine_port(c->leg));
	else if (rtpengine_sends_to(c->leg) != c->port)
		broken("%s is at port %u, but rtpengine sends to %u", c->name, c->port,
		       rtpengine_sends_to(c->leg));
}

static void check_call(const struct look *l, const struct call *c)
{
	const struct seen *s = find(l, c->leg);
	bool here = s && strcmp(s->state, "confirmed") == 0;

	if (is_up(c) && !here)
		broken("%s is up, but on no line: %s", c->name, s ? s->state : "unknown");
	else if (!is_up(c) && here)
		broken("7. %s has no call any more, but is in %s", c->name, s->place);
	else if (c->state == PHONE_CALLING && !c->gone)
		broken("the INVITE of %s was never answered", c->name);
	else if (c->bye_open || (c->state == PHONE_OVER && c->wants_update))
		broken("a request of %s was never answered", c->name);
	else if (here)
		check_heard(c, s);
}

static void check_doubts(const char *id, const struct row *row)
{
	provider_check_doubts(provider_message(id), row->doubts);
}

void rules_rest(void)
{
	struct look l;

	redis_look(&l);
	for (size_t i = 0; i < phones_count(); i++)
		check_call(&l, phones_nth(i));
	for (size_t i = 0; i < rtpengine_count(); i++) {
		const struct seen *s = find(&l, rtpengine_nth(i));

		if (!s || strcmp(s->state, "confirmed") != 0)
			broken("7. rtpengine has a call of %s, which is %s",
			       phones_name(rtpengine_nth(i)), s ? s->state : "unknown");
	}
	redis_look_free(&l);
	for (unsigned i = 0; i < NUMBERS_LINES; i++)
		redis_messages(proc_line(i), check_doubts);
}

/* ----- at the end ----- */

/* Of the lines and their history this may stay. */
static void check_key(const char *key)
{
	static const char *const stay[] = {
	    "lines", "line:",	  "state:",	 "journal",    "sms:",	    "calls:",	 "sms_log:",
	    "lease", "media_run", "lease_epoch", "sms_spent:", "sms_told:", "line_floor"};
	const char *tag = proc_tag(), *name = key + strlen(tag) + 1;

	if (strcmp(key, "execline:{dids}:map") == 0 || strcmp(key, "execline:{dids}:last") == 0 ||
	    strcmp(key, "sim:ends") == 0 || strcmp(key, "execline:schema") == 0)
		return;
	for (size_t i = 0; i < sizeof(stay) / sizeof(stay[0]); i++)
		if (strncmp(key, tag, strlen(tag)) == 0 &&
		    strncmp(name, stay[i], strlen(stay[i])) == 0)
			return;
	broken("7. all have gone, but %s is there", key);
}

static unsigned last_order;

/* What each state promises about what the provider has. */
static bool agrees(const struct message *m, const struct row *row)
{
	if (strcmp(row->status, "sent") == 0 || strcmp(row->status, "delivered") == 0)
		return m->accepted;
	if (strcmp(row->status, "failed") == 0)
		return m->refused;
	if (strcmp(row->status, "unknown") == 0)
		return row->doubts;
	if (strcmp(row->status, "suppressed") == 0)
		return !m->tried;
	if (strcmp(row->status, "expired") == 0)
		return !m->accepted && clock_now_ms() - row->created_at >= PROC_SMS_AGE_S * 1000;
	return strcmp(row->status, "cancelled") == 0 && !m->accepted;
}

static void check_message(const char *id, const struct row *row)
{
	const struct message *m = provider_message(id);

	if (!agrees(m, row))
		broken("5. %s is %s; the provider has taken it %u times, it was %srefused", id,
		       row->status, m->accepted, m->refused ? "" : "not ");
	if (m->accepted > m->doubts + 1 || m->accepted > m->tried)
		broken("5. %s was taken %u times, sent %u times, with %u doubts", id, m->accepted,
		       m->tried, m->doubts);
	if (m->order && m->order < last_order)
		broken("5. %s was taken before an earlier message of its line", id);
	if (m->order)
		last_order = m->order;
}

void rules_end(void)
{
	redis_keys(check_key);
	if (rtpengine_count())
		broken("7. all have gone, but rtpengine has %zu calls", rtpengine_count());
	for (unsigned i = 0; i < NUMBERS_LINES; i++) {
		last_order = 0;
		redis_messages(proc_line(i), check_message);
	}
}
