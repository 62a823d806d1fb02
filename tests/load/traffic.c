#include "traffic.h"

#include <math.h>

struct traffic {
	struct bench *bench;
	const struct traffic_plan *plan;
	struct loop_timer arrival;
	int64_t next_us;
	int64_t last_us;
	unsigned line;
	bool closed;
};

static void stop_when_over(struct traffic *traffic)
{
	if (traffic->closed && ua_active(traffic->bench->ua) == 0)
		loop_stop(traffic->bench->loop);
}

static void answered(struct call *call, const struct sockaddr_in *media, void *arg)
{
	struct traffic *traffic = arg;

	(void)media;
	if (traffic->plan->setup)
		samples_add(traffic->plan->setup, call_setup_us(call));
}

static void ended(enum call_end how, void *arg)
{
	(void)how;
	stop_when_over(arg);
}

static void place_call(struct traffic *traffic)
{
	struct bench *bench = traffic->bench;
	char did[UA_NUMBER_MAX], number[UA_NUMBER_MAX];
	double hold_s = bench->opt->hold * (0.8 + 0.4 * bench_random(bench));
	const struct call_plan plan = {
	    .did = did,
	    .number = number,
	    .rtp_port = bench->sink_port,
	    .hold_us = (int64_t)(hold_s * 1e6),
	    .answered = answered,
	    .ended = ended,
	    .arg = traffic,
	};

	bench_did(bench, traffic->line++, did);
	bench_caller(bench, number);
	ua_call(bench->ua, &plan);
}

/* Arrivals keep their times when the generator is late: load is never silently thinned. */
static void arrive(void *arg)
{
	struct traffic *traffic = arg;
	struct bench *bench = traffic->bench;

	while (traffic->next_us <= loop_now_us() && traffic->next_us < traffic->last_us) {
		place_call(traffic);
		traffic->next_us +=
		    (int64_t)(-log(1 - bench_random(bench)) / traffic->plan->rate * 1e6);
	}
	traffic->closed = traffic->next_us >= traffic->last_us ||
			  (traffic->plan->fragile && ua_failed(bench->ua) > 0);
	if (traffic->closed)
		stop_when_over(traffic);
	else
		loop_timer_set(bench->loop, &traffic->arrival, traffic->next_us);
}

int traffic_run(struct bench *bench, const struct traffic_plan *plan)
{
	int64_t now = loop_now_us();
	struct traffic traffic = {
	    .bench = bench,
	    .plan = plan,
	    .arrival = {.handler = arrive, .arg = &traffic},
	    .next_us = now,
	    .last_us = now + (int64_t)(plan->seconds * 1e6),
	};
	int err;

	ua_counts_reset(bench->ua);
	loop_timer_set(bench->loop, &traffic.arrival, now);
	err = loop_run(bench->loop);
	loop_timer_clear(bench->loop, &traffic.arrival);
	return err;
}
