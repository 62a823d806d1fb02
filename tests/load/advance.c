/*
 * The host talks, members wait in the queue; the seated member hangs up, again and again: how long
 * until the next one hears the host, and is it the right one? Everybody speaks with a mark of their
 * own, so who hears whom is known packet by packet.
 */
#include "bench.h"
#include "rtp.h"
#include "stats.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	HOST = 0,		  /* as a speaker; members count from 1 */
	NOBODY = -2,		  /* not even music */
	PATIENCE_US = 4000000,	  /* for the next pair to hear each other */
	DWELL_US = 150000,	  /* connected, before the next advance */
	DWELL_RANDOM_US = 100000, /* so that the BYE meets every phase of a 20 ms frame */
	NOT_READY_US = 10000,	  /* until the queue is looked at again */
};

enum phase {
	FILLING,   /* members arrive */
	TALKING,   /* host and queue[0] hear each other */
	ADVANCING, /* the seat is free; the two that are to talk do not both hear each other yet */
	FINISHING,
};

struct member {
	struct advance *advance;
	struct call *call; /* NULL until answered and once gone */
	struct rtp rtp;
	int speaker; /* 0: this place is free */
	bool heard_music, heard_host, misheard;
};

struct advance {
	struct bench *bench;
	struct loop_timer timer;
	enum phase phase;
	struct call *host;
	struct rtp host_rtp;
	int host_hears;
	struct member *members;
	struct member **queue; /* in order of arrival; queue[0] has the seat */
	unsigned queued, full;
	int last_speaker;
	int leaving; /* speaker who hung up last */
	int64_t bye_us;
	unsigned done, order_errors, without_music, never_connected;
	struct samples forward, reverse;
};

static void set_timer(struct advance *advance, int64_t from_now_us)
{
	loop_timer_set(advance->bench->loop, &advance->timer, loop_now_us() + from_now_us);
}

/* The host goes last: the seated member would be hung up with it. */
static void finish(struct advance *advance)
{
	struct ua *ua = advance->bench->ua;

	advance->phase = FINISHING;
	loop_timer_clear(advance->bench->loop, &advance->timer);
	for (unsigned i = 0; i < advance->queued; i++) {
		if (advance->queue[i]->call)
			call_hangup(advance->queue[i]->call);
	}
	advance->queued = 0;
	if (ua_active(ua) == 1 && advance->host) {
		call_hangup(advance->host);
		advance->host = NULL;
	}
	if (ua_active(ua) == 0)
		loop_stop(advance->bench->loop);
}

/* Goes on when the two who are to talk hear each other. */
static void check_talking(struct advance *advance)
{
	bool awaited = advance->phase == ADVANCING ||
		       (advance->phase == FILLING && advance->queued == advance->full);
	double random;

	if (!awaited || !advance->queue[0]->heard_host ||
	    advance->host_hears != advance->queue[0]->speaker)
		return;
	if (advance->phase == ADVANCING)
		advance->done++;
	if (advance->done == advance->bench->opt->advances) {
		finish(advance);
		return;
	}
	advance->phase = TALKING;
	random = bench_random(advance->bench);
	set_timer(advance, DWELL_US + (int64_t)(random * DWELL_RANDOM_US));
}

/* Somebody hears a voice not meant for them. While all hang up, anybody may have the seat. */
static void out_of_turn(struct advance *advance, int listener, int speaker)
{
	if (advance->phase == FINISHING)
		return;
	advance->order_errors++;
	fprintf(stderr, "out of turn: %d heard %d; %d has the seat since %d left %lld ms ago\n",
		listener, speaker, advance->queued ? advance->queue[0]->speaker : NOBODY,
		advance->leaving, (long long)(loop_now_us() - advance->bye_us) / 1000);
}

static void member_heard(int speaker, void *arg)
{
	struct member *member = arg;
	struct advance *advance = member->advance;
	bool seated = advance->queued && advance->queue[0] == member;

	if (speaker < 0) {
		member->heard_music = true;
	} else if (seated && speaker == HOST) {
		if (advance->phase == ADVANCING && !member->heard_host)
			samples_add(&advance->forward, loop_now_us() - advance->bye_us);
		member->heard_host = true;
		check_talking(advance);
	} else if (member->call && member->speaker != advance->leaving && !member->misheard) {
		member->misheard = true;
		out_of_turn(advance, member->speaker, speaker);
	}
}

static void host_heard(int speaker, void *arg)
{
	struct advance *advance = arg;
	int expected = advance->queued ? advance->queue[0]->speaker : NOBODY;

	if (speaker == advance->host_hears)
		return;
	advance->host_hears = speaker;
	if (speaker == expected) {
		if (advance->phase == ADVANCING)
			samples_add(&advance->reverse, loop_now_us() - advance->bye_us);
		check_talking(advance);
	} else if (speaker >= 0 && speaker != advance->leaving) {
		out_of_turn(advance, HOST, speaker);
	}
}

static void member_answered(struct call *call, const struct sockaddr_in *media, void *arg);
static void member_ended(enum call_end how, void *arg);

/* A caller for the end of the queue; one at a time, so that the order of arrival is known. */
static void place_member(struct advance *advance)
{
	struct bench *bench = advance->bench;
	struct member *member = advance->members;
	char did[UA_NUMBER_MAX], number[UA_NUMBER_MAX];
	struct call_plan plan = {.did = did, .number = number, .hold_us = -1};
	int err;

	while (member->speaker)
		member++; /* there is one place more than callers */
	*member = (struct member){.advance = advance, .speaker = ++advance->last_speaker};
	err = rtp_open(&member->rtp, bench->loop, bench->opt->local, member_heard, member);
	if (err) {
		fprintf(stderr, "RTP socket: %s\n", strerror(err));
		advance->never_connected++;
		finish(advance);
		return;
	}
	bench_did(bench, 0, did);
	bench_caller(bench, number);
	plan.rtp_port = member->rtp.port;
	plan.answered = member_answered;
	plan.ended = member_ended;
	plan.arg = member;
	ua_call(bench->ua, &plan);
}

static void member_answered(struct call *call, const struct sockaddr_in *media, void *arg)
{
	struct member *member = arg;
	struct advance *advance = member->advance;

	if (advance->phase == FINISHING) {
		call_hangup(call);
		return;
	}
	member->call = call;
	rtp_talk(&member->rtp, media, member->speaker);
	advance->queue[advance->queued++] = member;
	if (advance->phase != FILLING)
		return;
	if (advance->queued < advance->full)
		place_member(advance);
	else
		set_timer(advance, PATIENCE_US);
}

static void member_ended(enum call_end how, void *arg)
{
	struct member *member = arg;
	struct advance *advance = member->advance;
	bool wanted = how == CALL_OK && member->speaker == advance->leaving;

	member->call = NULL;
	member->speaker = 0;
	rtp_close(&member->rtp);
	if (wanted && advance->phase != FINISHING)
		place_member(advance);
	else
		finish(advance);
}

static void advance_now(struct advance *advance)
{
	struct member *member = advance->queue[0];

	advance->queued--;
	memmove(advance->queue, advance->queue + 1, advance->queued * sizeof(*advance->queue));
	advance->phase = ADVANCING;
	advance->leaving = member->speaker;
	if (!advance->queue[0]->heard_music)
		advance->without_music++;
	advance->bye_us = loop_now_us();
	call_hangup(member->call);
	set_timer(advance, PATIENCE_US);
}

static void timer_due(void *arg)
{
	struct advance *advance = arg;

	if (advance->phase != TALKING) {
		fprintf(stderr, "advance %u: %s\n", advance->done,
			advance->queue[0]->heard_host ? "the host does not hear the member"
						      : "the member does not hear the host");
		advance->never_connected++;
		finish(advance);
	} else if (advance->queued < advance->full) {
		set_timer(advance, NOT_READY_US);
	} else {
		advance_now(advance);
	}
}

static void host_answered(struct call *call, const struct sockaddr_in *media, void *arg)
{
	struct advance *advance = arg;

	advance->host = call;
	rtp_talk(&advance->host_rtp, media, HOST);
	place_member(advance);
}

static void host_ended(enum call_end how, void *arg)
{
	struct advance *advance = arg;

	(void)how;
	advance->host = NULL;
	finish(advance);
}

static void report(struct advance *advance)
{
	printf("advance_waiting %u\nadvance_done %u\nadvance_wanted %u\n",
	       advance->bench->opt->waiting, advance->done, advance->bench->opt->advances);
	printf("advance_order_errors %u\nadvance_never_connected %u\nadvance_without_music %u\n",
	       advance->order_errors, advance->never_connected, advance->without_music);
	samples_report(&advance->forward, "advance");
	samples_report(&advance->reverse, "advance_reverse");
	bench_report(advance->bench, "advance");
}

static int run(struct advance *advance)
{
	struct bench *bench = advance->bench;
	char did[UA_NUMBER_MAX], number[UA_NUMBER_MAX];
	struct call_plan plan = {.did = did, .number = number, .hold_us = -1};
	struct usage usage;
	int err = rtp_open(&advance->host_rtp, bench->loop, bench->opt->local, host_heard, advance);

	if (err)
		return err;
	bench_did(bench, 0, did);
	bench_host(bench, number);
	plan.rtp_port = advance->host_rtp.port;
	plan.answered = host_answered;
	plan.ended = host_ended;
	plan.arg = advance;
	usage_start(&usage);
	ua_call(bench->ua, &plan);
	err = loop_run(bench->loop);
	if (err)
		return err;
	usage_report(&usage, "advance");
	report(advance);
	if (ua_failed(bench->ua) || advance->order_errors || advance->never_connected)
		return EPROTO;
	return 0;
}

int advance_measure(struct bench *bench)
{
	struct advance advance = {
	    .bench = bench,
	    .timer = {.handler = timer_due, .arg = &advance},
	    .host_hears = NOBODY,
	    .full = bench->opt->waiting + 1,
	};
	size_t places = advance.full + 1; /* one is on its way out */
	int err = ENOMEM;

	advance.members = calloc(places, sizeof(*advance.members));
	advance.queue = calloc(places, sizeof(struct member *));
	if (advance.members && advance.queue)
		err = run(&advance);

	for (size_t i = 0; advance.members && i < places; i++)
		rtp_close(&advance.members[i].rtp);
	rtp_close(&advance.host_rtp);
	loop_timer_clear(bench->loop, &advance.timer);
	samples_free(&advance.forward);
	samples_free(&advance.reverse);
	free(advance.members);
	free(advance.queue);
	return err;
}
