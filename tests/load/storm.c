/*
 * A host talks and a crowd waits; most of it hangs up within seconds while others arrive, some of
 * whom give up before they are answered. Then whoever hears the host hangs up, one after the other,
 * until nobody is left. Everybody speaks with a mark of their own, so who hears whom is known
 * packet by packet. Whether those were let in whose turn it was is for the reader of what is
 * printed: of two who arrive at once only the server knows who was first.
 *
 * It says when it has come to the end of a part, and goes on after a line on stdin.
 */
#include "storm.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	PATIENCE_US = 4000000, /* for the next one to hear the host */
	DWELL_US = 40000,      /* connected, before they hang up */
	DWELL_RANDOM_US = 20000,
};

static double seconds(const struct storm *storm)
{
	return storm->bench->opt->seconds;
}

static void set_timer(const struct storm *storm, struct loop_timer *timer, int64_t due_us)
{
	loop_timer_set(storm->bench->loop, timer, due_us);
}

static void say(struct storm *storm, enum part part, const char *word)
{
	storm->part = part;
	printf("%s %" PRId64 "\n", word, loop_now_us());
}

/* In the drain, whoever hears the host hangs up: after a moment of any length, so that the BYE
 * meets every phase of a frame. */
void storm_listens(struct storm *storm, const struct caller *before)
{
	double random = bench_random(storm->bench);

	if (storm->part != DRAINING)
		return;
	if (before && before->bye_us)
		samples_add(&storm->advances, loop_now_us() - before->bye_us);
	set_timer(storm, &storm->watch,
		  loop_now_us() + DWELL_US + (int64_t)(random * DWELL_RANDOM_US));
}

/* ----- the parts, one after the other ----- */

/* All are there: the first hears the host, the others hear music. */
void storm_heard(struct storm *storm)
{
	if (storm->part != FILLING || storm->ncallers < storm->crowd || !storm->host_hears)
		return;
	for (unsigned i = 0; i < storm->ncallers; i++) {
		const struct caller *c = &storm->callers[i];

		if (!c->up || !(i ? c->music_us : c->host_us))
			return;
	}
	say(storm, FULL, "full");
}

/* Nobody is on their way in or out any more: those who are there are named. */
static void check_over(struct storm *storm)
{
	if (storm->part != STORMING || storm->left < storm->nleavers || storm->arriving.place != 0)
		return;
	for (unsigned i = 0; i < storm->ncallers; i++) {
		if (!storm->callers[i].up && !storm->callers[i].ended_us)
			return;
	}
	for (unsigned i = 0; i < storm->ncallers; i++) {
		if (storm->callers[i].up)
			printf("up %s\n", storm->callers[i].id);
	}
	say(storm, OVER, "over");
}

void storm_finish(struct storm *storm)
{
	storm->part = FINISHING;
	loop_timer_clear(storm->bench->loop, &storm->watch);
	for (unsigned i = 0; i < storm->ncallers; i++)
		crowd_hang_up(&storm->callers[i]);
	if (ua_active(storm->bench->ua) == 1 && storm->host) {
		call_hangup(storm->host);
		storm->host = NULL;
	}
	if (ua_active(storm->bench->ua) == 0)
		loop_stop(storm->bench->loop);
}

static bool anybody_up(const struct storm *storm)
{
	for (unsigned i = 0; i < storm->ncallers; i++) {
		if (storm->callers[i].up)
			return true;
	}
	return false;
}

/* The one who hears the host has done so for a while, or nobody has. */
static void watch_due(void *arg)
{
	struct storm *storm = arg;

	if (storm->listener->up) {
		crowd_hang_up(storm->listener);
		if (anybody_up(storm))
			set_timer(storm, &storm->watch, loop_now_us() + PATIENCE_US);
		else
			storm_finish(storm);
		return;
	}
	fprintf(stderr, "nobody hears the host since %d has left\n", storm->listener->speaker);
	storm->never_connected++;
	storm_finish(storm);
}

static void leave_due(void *arg)
{
	struct storm *storm = arg;
	double gap_us = seconds(storm) * 1e6 / storm->nleavers;
	int64_t now = loop_now_us(), due = now;

	while (storm->left < storm->nleavers && due <= now) {
		crowd_hang_up(storm->leavers[storm->left++]);
		due = storm->began_us + (int64_t)(gap_us * storm->left);
	}
	if (storm->left < storm->nleavers)
		set_timer(storm, &storm->leaving, due);
	else
		printf("last_bye %" PRId64 "\n", now);
	check_over(storm);
}

static void arrival_due(void *arg)
{
	struct storm *storm = arg;
	const struct bench_options *opt = storm->bench->opt;
	unsigned arrived = storm->ncallers - storm->crowd;

	crowd_call_up(storm, opt->cancels && arrived % opt->cancels == opt->cancels - 1);
	storm->next_arrival_us += (int64_t)(-log(1 - bench_random(storm->bench)) / opt->rate * 1e6);
	if (storm->next_arrival_us < storm->began_us + (int64_t)(seconds(storm) * 1e6) &&
	    storm->ncallers < storm->most)
		set_timer(storm, &storm->arriving, storm->next_arrival_us);
	check_over(storm);
}

static void break_loose(struct storm *storm)
{
	storm->began_us = storm->next_arrival_us = loop_now_us();
	say(storm, STORMING, "storm");
	set_timer(storm, &storm->leaving, storm->began_us);
	set_timer(storm, &storm->arriving, storm->began_us);
}

static void drain(struct storm *storm)
{
	storm->part = DRAINING;
	if (anybody_up(storm))
		set_timer(storm, &storm->watch,
			  loop_now_us() + (storm->listener->up ? DWELL_US : PATIENCE_US));
	else
		storm_finish(storm);
}

static void asked(void *arg)
{
	struct storm *storm = arg;
	char line[64];

	if (read(STDIN_FILENO, line, sizeof(line)) <= 0) {
		close(STDIN_FILENO);
		storm_finish(storm);
	} else if (storm->part == FULL) {
		break_loose(storm);
	} else if (storm->part == OVER) {
		drain(storm);
	}
}

/* ----- what becomes of calls ----- */

void storm_answered(struct caller *caller)
{
	struct storm *storm = caller->storm;

	if (storm->part == FINISHING) {
		crowd_hang_up(caller);
	} else if (storm->part == FILLING && storm->ncallers < storm->crowd) {
		crowd_call_up(storm, false);
	} else if (storm->part == STORMING) {
		samples_add(&storm->invites, caller->setup_us);
		check_over(storm);
	}
}

void storm_ended(struct caller *caller)
{
	struct storm *storm = caller->storm;

	if (storm->part == STORMING && caller->bye_us)
		samples_add(&storm->byes, caller->ended_us - caller->bye_us);
	if (storm->part == FILLING || storm->part == FINISHING)
		storm_finish(storm);
	else if (storm->part == DRAINING && !anybody_up(storm))
		storm_finish(storm);
	else
		check_over(storm);
}

/* ----- before and after ----- */

/* Who stays stands among those who leave; the first caller, who has the seat, leaves. */
static void choose_leavers(struct storm *storm)
{
	const struct bench_options *opt = storm->bench->opt;
	unsigned each = opt->stay ? storm->crowd / opt->stay : 0;

	for (unsigned i = 0; i < storm->crowd; i++) {
		storm->callers[i].stays = each && i % each == each - 1 && i / each < opt->stay;
		if (!storm->callers[i].stays)
			storm->leavers[storm->nleavers++] = &storm->callers[i];
	}
	for (unsigned i = storm->nleavers; !opt->in_order && i > 1; i--) {
		unsigned k = (unsigned)(bench_random(storm->bench) * i);
		struct caller *swapped = storm->leavers[i - 1];

		storm->leavers[i - 1] = storm->leavers[k];
		storm->leavers[k] = swapped;
	}
}

static void report(struct storm *storm)
{
	for (unsigned i = 0; i < storm->ncallers; i++) {
		const struct caller *c = &storm->callers[i];

		printf("caller %d %s %s %d %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
		       " %" PRId64 " %" PRId64 " %d\n",
		       c->speaker, c->id, c->number, c->stays, c->invited_us, c->answered_us,
		       c->bye_us, c->ended_us, c->music_us, c->host_us, c->host_last_us,
		       (int)c->how);
	}
	printf("storm_crowd %u\nstorm_hung_up %u\nstorm_arrived %u\n", storm->crowd,
	       storm->nleavers, storm->ncallers - storm->crowd);
	printf("storm_misheard %u\nstorm_never_connected %u\n", storm->misheard,
	       storm->never_connected);
	samples_report(&storm->invites, "storm_invite");
	samples_report(&storm->byes, "storm_bye");
	samples_report(&storm->advances, "storm_advance");
	bench_report(storm->bench, "storm");
}

static int run(struct storm *storm)
{
	struct bench *bench = storm->bench;
	struct usage usage;
	int err = loop_watch(bench->loop, &storm->input);

	if (!err)
		err = crowd_call_host(storm);
	if (err)
		return err;
	choose_leavers(storm);
	usage_start(&usage);
	err = loop_run(bench->loop);
	if (err)
		return err;
	usage_report(&usage, "storm");
	report(storm);
	return ua_failed(bench->ua) || storm->misheard || storm->never_connected ? EPROTO : 0;
}

int storm_measure(struct bench *bench)
{
	const struct bench_options *opt = bench->opt;
	struct storm storm = {
	    .bench = bench,
	    .input = {.handler = asked, .arg = &storm, .fd = STDIN_FILENO},
	    .leaving = {.handler = leave_due, .arg = &storm},
	    .arriving = {.handler = arrival_due, .arg = &storm},
	    .watch = {.handler = watch_due, .arg = &storm},
	    .crowd = opt->waiting + opt->stay,
	};
	int err = ENOMEM;

	storm.most = storm.crowd + 2 * (unsigned)(opt->rate * opt->seconds) + 1;
	storm.callers = calloc(storm.most, sizeof(*storm.callers));
	storm.leavers = calloc(storm.crowd, sizeof(struct caller *));
	if (storm.callers && storm.leavers && opt->quiet && opt->waiting)
		err = run(&storm);
	else if (storm.callers && storm.leavers)
		err = EINVAL;

	for (unsigned i = 0; storm.callers && i < storm.ncallers; i++)
		rtp_close(&storm.callers[i].rtp);
	rtp_close(&storm.host_rtp);
	loop_timer_clear(bench->loop, &storm.leaving);
	loop_timer_clear(bench->loop, &storm.arriving);
	loop_timer_clear(bench->loop, &storm.watch);
	samples_free(&storm.invites);
	samples_free(&storm.byes);
	samples_free(&storm.advances);
	free(storm.callers);
	free(storm.leavers);
	return err;
}
