/* Poisson traffic over all lines: each call INVITE, ACK, about bench->opt->hold seconds, BYE. */
#ifndef LOAD_TRAFFIC_H
#define LOAD_TRAFFIC_H

#include "bench.h"
#include "stats.h"

struct traffic_plan {
	double rate;	       /* calls/s */
	double seconds;	       /* of arrivals; the run ends when the last call has */
	bool fragile;	       /* no more arrivals after the first failed call */
	struct samples *setup; /* takes INVITE→200; may be NULL */
};

/* Resets the user agent's counts, runs, leaves them to be read. 0 or EINTR. */
int traffic_run(struct bench *bench, const struct traffic_plan *plan);

#endif
