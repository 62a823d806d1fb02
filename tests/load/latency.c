/* INVITE→200 at a constant mean rate. */
#include "traffic.h"

#include <errno.h>
#include <stdio.h>

int latency_measure(struct bench *bench)
{
	const struct bench_options *opt = bench->opt;
	struct samples setup = {0};
	const struct traffic_plan warmup = {.rate = opt->rate, .seconds = opt->warmup};
	const struct traffic_plan measured = {
	    .rate = opt->rate, .seconds = opt->seconds, .setup = &setup};
	struct usage usage;
	int err = traffic_run(bench, &warmup);

	if (err)
		goto out;
	usage_start(&usage);
	err = traffic_run(bench, &measured);
	if (err)
		goto out;
	printf("latency_rate %.0f\n", opt->rate);
	usage_report(&usage, "latency");
	bench_report(bench, "latency");
	samples_report(&setup, "latency");
	if (ua_failed(bench->ua))
		err = EPROTO;
out:
	samples_free(&setup);
	return err;
}
