/**
 * @file driver.c  What happens next
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "api.h"
#include "chance.h"
#include "driver.h"
#include "http_seam.h"
#include "kamailio.h"
#include "mood.h"
#include "numbers.h"
#include "phones.h"
#include "proc.h"
#include "provider_fake.h"
#include "redis.h"
#include "rtpengine.h"
#include "rules.h"
#include "seam.h"
#include "tell.h"
#include "vtime.h"

enum {
	HOP_MS = 1000,	     /* the most that goes by without anybody having their turn */
	DEPTH_MAX = 2,	     /* processes that wait at a seam */
	MEANWHILE_MS = 1200, /* that pass while one waits: no more than the service reckons with */
	NOTICED_MS = 12000,  /* in which a restarted rtpengine is noticed, and looked at twice */
	REST_MS = 150000,
	SETTLE_MAX = 5000, /* things that are done at one moment */
	FROZEN_MS = 6000,  /* longer than a lease */
	TOMBSTONES_MS = 80000,
	/* In so many of a thousand cases, after a step; later changes would hide what it has done.
	 */
	REST = 15,
	SEIZED_REST = 300,
};

struct driver_stats driver_stats;

static unsigned replicas; /* processes that there should be, whatever the mood */
static unsigned spare_ms; /* of MEANWHILE_MS, in this step */
static bool stops;	  /* the process that waits: for so long that it loses its lease */
static bool resting;	  /* nothing new happens */
static bool seized;	  /* a moment, in this step */
static bool is_over;	  /* that moment, for the process that is missing */
static struct store *store;

/* ----- time ----- */

static void turns(void)
{
	for (unsigned i = 0; i < proc_count(); i++)
		if (!proc_at_work(proc_nth(i)) && !chance_of(mood.lazy))
			proc_turn(proc_nth(i));
}

/* The supervisor's work. */
static bool act_start(void)
{
	if (proc_count() >= replicas)
		return false;
	proc_start();
	return true;
}

/* Kamailio and whoever else was asked, as often as that. */
static void others(unsigned permille)
{
	while (chance_of(permille) && (kamailio_step() || http_step()))
		;
}

/* What a process has left undone that is dead, stopped or waits meets what happens next: one hangs
 * up, and the others stay. */
static bool seize_the_moment(void)
{
	const bool missing = proc_count() < replicas;

	is_over = is_over && missing;
	if (is_over || !(missing || seam_depth()) || !chance_of(mood.abrupt) || !phones_hang_up())
		return false;
	is_over = missing;
	seized = true;
	others(900);
	return true;
}

static void pass(unsigned ms)
{
	while (ms) {
		unsigned hop = ms < HOP_MS ? ms : HOP_MS;

		vtime_skip(hop);
		ms -= hop;
		http_tick();
		kamailio_tick();
		if (hop == HOP_MS) {
			if (chance_of(200))
				act_start();
			others(400);
			turns();
			seize_the_moment();
			others(700);
		}
	}
}

/* ----- steps ----- */

static bool act_pass(void)
{
	static const unsigned most[] = {20, 300, 300, 1500, 4000, 40000};
	unsigned ms = chance_between(1, most[chance_below(6)]);

	if (seam_depth()) {
		ms = ms < spare_ms ? ms : spare_ms;
		spare_ms -= ms;
	}
	if (ms)
		pass(ms);
	return ms > 0;
}

static bool act_turn(void)
{
	struct proc *p = proc_count() ? proc_nth(chance_below(proc_count())) : NULL;

	if (!p || proc_at_work(p))
		return false;
	proc_turn(p);
	return true;
}

/* POST .../next, POST .../end, DELETE .../legs/... */
static bool act_api(void)
{
	struct proc *p = proc_count() ? proc_nth(chance_below(proc_count())) : NULL;
	struct httpd_request req = {.body = "", .id = "", .path = ""};
	struct httpd_reply rep = {0};
	httpd_h *handler = chance_of(150) ? api_end : api_next;
	const struct call *c;

	if (!p || !phones_count())
		return false;
	c = phones_nth(chance_below((unsigned)phones_count()));
	req.arg[0] = proc_line(c->line);
	req.arg[1] = c->leg;
	if (chance_of(400))
		handler = api_leg_delete;
	tell("the owner: %s %s",
	     handler == api_end	   ? "end"
	     : handler == api_next ? "next"
				   : "delete",
	     handler == api_leg_delete ? c->name : req.arg[0]);
	proc_request(p, handler, &req, &rep);
	if (!proc_is_dead(p) && rep.status != 200 && rep.status != 204 && rep.status != 404 &&
	    rep.status != 409 && rep.status != 503)
		broken("the owner is answered with %u", rep.status);
	free(rep.body);
	return true;
}

static bool act_configure(void)
{
	struct proc *p = proc_count() ? proc_nth(chance_below(proc_count())) : NULL;
	unsigned line = chance_below(NUMBERS_LINES);
	char config[1024];

	if (!p || !chance_of(200))
		return false;
	numbers_config(line, config, sizeof(config));
	tell("the owner configures %s: %s", proc_line(line), config);
	return proc_put_line(p, proc_line(line), config);
}

/* The stores come to differ. */
static bool act_lose(void)
{
	const unsigned n = (unsigned)rtpengine_count();
	unsigned which;

	if (!n || !chance_of(mood.loses))
		return false;
	if (chance_of(200)) {
		tell("rtpengine has a call that is nobody's");
		rtpengine_stray();
		return true;
	}
	which = chance_below(n);
	tell("rtpengine loses the call of %s", phones_name(rtpengine_nth(which)));
	rtpengine_lose(which);
	return true;
}

static bool act_fault(void)
{
	unsigned ms = chance_between(100, 8000);
	bool calls;

	if (!chance_of(mood.fault))
		return false;
	switch (chance_below(7)) {
	case 0:
		tell("redis is away for %u ms", ms);
		redis_be_away(ms);
		return true;
	case 1:
		tell("rtpengine is silent for %u ms", ms);
		rtpengine_be_silent(ms);
		return true;
	case 2:
		calls = !chance_of(300);
		tell("rtpengine dies and takes back %s", calls ? "its calls" : "nothing");
		rtpengine_restart(calls);
		return true;
	case 3:
		tell("the provider is away for %u ms", 4 * ms);
		provider_be_away(4 * ms);
		return true;
	case 4:
		if (!proc_count() || proc_is_late(proc_nth(0)))
			return false;
		tell("%s is killed", proc_name(proc_nth(0)));
		driver_stats.kills++;
		proc_kill(proc_nth(0));
		return true;
	default:
		seam_kill_at(chance_between(1, 25));
		return true;
	}
}

static const struct act {
	bool (*make)(void);
	unsigned weight;
} acts[] = {
    {act_pass, 14},
    {act_turn, 24},
    {kamailio_step, 40},
    {http_step, 20},
    {phones_call, 9},
    {phones_receive, 24},
    {phones_ack_again, 6},
    {phones_hang_up, 5},
    {phones_cancel, 8},
    {phones_vanish, 2},
    {phones_reinvite, 6},
    {phones_retry, 3},
    {provider_report, 3},
    {phones_answer_request, 8},
    {phones_reinvite_again, 5},
    {act_start, 6},
    {act_api, 2},
    {act_configure, 1},
    {act_fault, 8},
    {act_lose, 4},
};

static void step(void)
{
	unsigned sum = 0, pick;
	size_t i;

	for (i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		sum += acts[i].weight;
	for (int tries = 0; tries < 50 && !seize_the_moment(); tries++) {
		pick = chance_below(sum);
		for (i = 0; pick >= acts[i].weight; i++)
			pick -= acts[i].weight;
		if (acts[i].make())
			break;
	}
	driver_stats.steps++;
	rules_look();
}

/* ----- while a process waits ----- */

/* To be stopped hurts most between two commands to rtpengine, which takes them from anybody. */
bool driver_interrupts(const struct proc *p, enum seam at)
{
	const unsigned freeze = at == SEAM_MEDIA ? 8 * mood.freeze : mood.freeze;

	if (seam_depth() >= DEPTH_MAX)
		return false;
	stops = !seam_depth() && proc_at_work(p) && proc_count() > 1 && chance_of(freeze);
	return stops || chance_of(mood.interleave);
}

/* It is stopped for longer than its lease lasts, and goes on as if nothing had happened. */
static void freeze(struct proc *p)
{
	const int64_t until = vtime_ms() + chance_between(FROZEN_MS, 2 * FROZEN_MS);

	driver_stats.freezes++;
	tell("%s is stopped", proc_name(p));
	proc_stop(p, true);
	while (vtime_ms() < until && !tell_complaint()) {
		pass(HOP_MS);
		if (chance_of(500))
			step();
	}
	proc_stop(p, false);
	tell("%s goes on", proc_name(p));
}

void driver_meanwhile(struct proc *waiting)
{
	if (stops) {
		stops = false;
		freeze(waiting);
		return;
	}
	driver_stats.interrupts++;
	tell("while %s waits", proc_name(waiting));
	for (unsigned n = chance_between(1, 3); n; n--)
		step();
	tell("%s goes on", proc_name(waiting));
}

void driver_hop(struct proc *waiting)
{
	(void)waiting;
	if (!resting && chance_of(300))
		step();
	turns();
	vtime_skip(100);
	http_tick();
	kamailio_tick();
}

/* ----- a history ----- */

static void heal(void)
{
	mood_calm();
	redis_be_away(0);
	rtpengine_be_silent(0);
	provider_be_away(0);
	seam_kill_at(0);
	while (proc_count() < replicas)
		proc_start();
}

/* All that can be done at once. */
static void settle(void)
{
	unsigned n = 0;

	while (kamailio_step() || phones_receive() || phones_ack_again() ||
	       phones_answer_request() || http_step())
		if (++n == SETTLE_MAX) {
			broken("there is no end of it");
			return;
		}
}

/* Everything goes well from here on, and after a while nothing is left to be done. */
static void rest(void)
{
	const struct mood before = mood;
	const int64_t soonest = vtime_ms() + NOTICED_MS, until = vtime_ms() + REST_MS;
	bool quiet;

	tell("--- all troubles end");
	heal();
	driver_stats.rests++;
	resting = true;
	do {
		settle();
		phones_reinvite_again();
		pass(HOP_MS);
		quiet = rules_quiet();
	} while (!tell_complaint() && (vtime_ms() < soonest || !quiet) && vtime_ms() < until);
	if (!tell_complaint() && !quiet)
		broken("it does not come to rest: %s", rules_open());
	if (!tell_complaint())
		rules_rest();
	proc_bury();
	resting = false;
	tell("--- at rest");
	mood = before;
}

static void drain(void)
{
	tell("--- everybody hangs up");
	heal();
	while (phones_hang_up())
		while (chance_of(500) && kamailio_step())
			;
	rest();
	heal();
	for (int64_t until = vtime_ms() + TOMBSTONES_MS; vtime_ms() < until && !tell_complaint();) {
		vtime_skip(TOMBSTONES_MS / 4);
		turns();
		rules_look();
	}
	if (!tell_complaint())
		rules_end();
}

static void begin(uint64_t seed)
{
	struct mood drawn;
	char config[1024];

	vtime_begin();
	chance_seed(seed);
	mood_draw();
	drawn = mood;
	seam_begin();
	tell_begin();
	mood_calm();
	redis_clear();
	rtpengine_begin();
	provider_begin();
	http_begin();
	kamailio_begin();
	phones_begin();
	rules_begin();
	numbers_begin();
	proc_begin(store);
	replicas = drawn.replicas;
	is_over = false;
	while (proc_count() < replicas)
		proc_start();
	for (unsigned i = 0; i < NUMBERS_LINES; i++) {
		numbers_config(i, config, sizeof(config));
		tell("%s: %s", proc_line(i), config);
		if (!proc_put_line(proc_nth(0), proc_line(i), config))
			broken("there is no line");
	}
	mood = drawn;
}

bool driver_history(struct store *s, uint64_t seed, unsigned steps)
{
	store = s;
	begin(seed);
	for (unsigned i = 0; i < steps && !tell_complaint(); i++) {
		spare_ms = MEANWHILE_MS;
		seized = false;
		step();
		proc_bury();
		if (!tell_complaint() && chance_of(seized ? SEIZED_REST : REST))
			rest();
	}
	if (!tell_complaint())
		rest();
	if (!tell_complaint())
		drain();
	driver_stats.histories++;
	driver_stats.calls += phones_count();
	mood_calm();
	proc_end();
	kamailio_end();
	http_end();
	return !tell_complaint();
}
