/* The calls of a storm. The host talks to one at a time, and to nobody twice. */
#include "storm.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ECHO_US = 200000, /* the host's last packets to who has left may be read so late */
	SHOWN = 10,
};

void crowd_hang_up(struct caller *caller)
{
	if (!caller->up)
		return;
	caller->up = false;
	rtp_hush(&caller->rtp);
	caller->bye_us = loop_now_us();
	call_hangup(caller->call);
}

static void misheard(struct storm *storm, int listener, int speaker)
{
	if (storm->misheard++ < SHOWN)
		fprintf(stderr, "%d heard %d, at %" PRId64 "\n", listener, speaker, loop_now_us());
}

static void hears_host(struct caller *caller)
{
	struct storm *storm = caller->storm;
	struct caller *before = storm->listener;
	int64_t now = loop_now_us();

	if (caller->host_us == 0) {
		caller->host_us = now;
		storm->listener = caller;
		rtp_pace(&caller->rtp, 1);
		storm_listens(storm, before);
	} else if (before != caller && now - before->host_us > ECHO_US) {
		misheard(storm, caller->speaker, HOST);
	}
	caller->host_last_us = now;
}

static void caller_heard(int speaker, void *arg)
{
	struct caller *caller = arg;

	if (speaker == HOST)
		hears_host(caller);
	else if (speaker > 0)
		misheard(caller->storm, caller->speaker, speaker);
	else if (!caller->music_us)
		caller->music_us = loop_now_us();
	else
		return;
	storm_heard(caller->storm);
}

static void host_heard(int speaker, void *arg)
{
	struct storm *storm = arg;

	if (speaker == storm->host_hears || speaker < 0)
		return;
	storm->host_hears = speaker;
	printf("host_hears %d %" PRId64 "\n", speaker, loop_now_us());
	storm_heard(storm);
}

static void caller_answered(struct call *call, const struct sockaddr_in *media, void *arg)
{
	struct caller *caller = arg;

	caller->up = true;
	caller->answered_us = loop_now_us();
	caller->setup_us = call_setup_us(call);
	rtp_pace(&caller->rtp, caller->storm->bench->opt->quiet);
	rtp_talk(&caller->rtp, media, caller->speaker);
	storm_answered(caller);
}

static void caller_ended(enum call_end how, void *arg)
{
	struct caller *caller = arg;

	caller->call = NULL;
	caller->up = false;
	caller->ended_us = loop_now_us();
	caller->how = how;
	rtp_close(&caller->rtp);
	storm_ended(caller);
}

void crowd_call_up(struct storm *storm, bool cancels)
{
	struct bench *bench = storm->bench;
	struct caller *caller = &storm->callers[storm->ncallers++];
	char did[UA_NUMBER_MAX];
	struct call_plan plan = {
	    .did = did,
	    .number = caller->number,
	    .hold_us = -1,
	    .cancels = cancels,
	    .answered = caller_answered,
	    .ended = caller_ended,
	    .arg = caller,
	};
	struct call *call;
	int err;

	caller->storm = storm;
	caller->speaker = (int)storm->ncallers;
	err = rtp_open(&caller->rtp, bench->loop, bench->opt->local, caller_heard, caller);
	if (err) {
		fprintf(stderr, "RTP socket: %s\n", strerror(err));
		exit(2);
	}
	bench_did(bench, 0, did);
	bench_caller(bench, caller->number);
	plan.rtp_port = caller->rtp.port;
	caller->invited_us = loop_now_us();
	call = ua_call(bench->ua, &plan);
	if (call) {
		caller->call = call;
		snprintf(caller->id, sizeof(caller->id), "%s", call_id(call));
	}
}

static void host_answered(struct call *call, const struct sockaddr_in *media, void *arg)
{
	struct storm *storm = arg;

	storm->host = call;
	printf("host %s\n", call_id(call));
	rtp_talk(&storm->host_rtp, media, HOST);
	crowd_call_up(storm, false);
}

static void host_ended(enum call_end how, void *arg)
{
	struct storm *storm = arg;

	(void)how;
	storm->host = NULL;
	storm_finish(storm);
}

int crowd_call_host(struct storm *storm)
{
	struct bench *bench = storm->bench;
	char did[UA_NUMBER_MAX], number[UA_NUMBER_MAX];
	struct call_plan plan = {.did = did, .number = number, .hold_us = -1};
	int err = rtp_open(&storm->host_rtp, bench->loop, bench->opt->local, host_heard, storm);

	if (err)
		return err;
	bench_did(bench, 0, did);
	bench_host(bench, number);
	plan.rtp_port = storm->host_rtp.port;
	plan.answered = host_answered;
	plan.ended = host_ended;
	plan.arg = storm;
	ua_call(bench->ua, &plan);
	return 0;
}
