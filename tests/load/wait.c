/*
 * Keeps callers on the lines while somebody else looks at the server: one in each seat, then, after
 * a line on stdin, the waiting ones behind them; after another line all hang up at once.
 */
#include "bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct crowd {
	struct bench *bench;
	struct loop_fd input;
	struct call **calls;
	unsigned wanted;
	unsigned up;
	bool leaving;
};

static void place_call(struct crowd *crowd);

static void leave(struct crowd *crowd)
{
	crowd->leaving = true;
	for (unsigned i = 0; i < crowd->up; i++)
		call_hangup(crowd->calls[i]);
	if (ua_active(crowd->bench->ua) == 0)
		loop_stop(crowd->bench->loop);
}

/* One after the other, so that the first of each line gets its seat. */
static void answered(struct call *call, const struct sockaddr_in *media, void *arg)
{
	struct crowd *crowd = arg;

	(void)media;
	if (crowd->leaving) {
		call_hangup(call);
		return;
	}
	crowd->calls[crowd->up++] = call;
	if (crowd->up < crowd->wanted)
		place_call(crowd);
	else
		printf(crowd->wanted == crowd->bench->opt->lines ? "seated %u\n" : "waiting %u\n",
		       crowd->up);
}

static void ended(enum call_end how, void *arg)
{
	struct crowd *crowd = arg;

	(void)how;
	if (crowd->leaving ? ua_active(crowd->bench->ua) == 0 : ua_failed(crowd->bench->ua) > 0)
		loop_stop(crowd->bench->loop);
}

static void place_call(struct crowd *crowd)
{
	char did[UA_NUMBER_MAX], number[UA_NUMBER_MAX];
	const struct call_plan plan = {
	    .did = did,
	    .number = number,
	    .rtp_port = crowd->bench->sink_port,
	    .hold_us = -1,
	    .answered = answered,
	    .ended = ended,
	    .arg = crowd,
	};

	bench_did(crowd->bench, crowd->up, did);
	bench_caller(crowd->bench, number);
	ua_call(crowd->bench->ua, &plan);
}

static void asked(void *arg)
{
	struct crowd *crowd = arg;
	unsigned all = crowd->bench->opt->lines + crowd->bench->opt->waiting;
	char line[64];
	ssize_t len = read(STDIN_FILENO, line, sizeof(line));

	if (len <= 0 || crowd->up >= all) {
		close(STDIN_FILENO);
		leave(crowd);
	} else if (crowd->up == crowd->wanted) {
		crowd->wanted = all;
		place_call(crowd);
	}
}

int wait_measure(struct bench *bench)
{
	struct crowd crowd = {
	    .bench = bench,
	    .input = {.handler = asked, .arg = &crowd, .fd = STDIN_FILENO},
	    .wanted = bench->opt->lines,
	};
	int err = ENOMEM;

	crowd.calls = calloc(bench->opt->lines + bench->opt->waiting, sizeof(struct call *));
	if (!crowd.calls)
		goto out;
	err = loop_watch(bench->loop, &crowd.input);
	if (err)
		goto out;
	place_call(&crowd);
	err = loop_run(bench->loop);
	if (!err && ua_failed(bench->ua) > 0)
		err = EPROTO;
	bench_report(bench, "wait");
out:
	free(crowd.calls);
	return err;
}
