/* What every measure has: the options, a user agent, numbers to call and to call from. */
#ifndef LOAD_BENCH_H
#define LOAD_BENCH_H

#include "loop.h"
#include "ua.h"

#include <netinet/in.h>
#include <stdint.h>

/* Numbers are E.164 without the plus; line i has the DID did + i. */
struct bench_options {
	struct sockaddr_in server;
	const char *local; /* our address */
	uint64_t did;
	uint64_t host;	 /* number of the host of the first line */
	uint64_t caller; /* number of the first caller; each call has its own */
	unsigned lines;
	unsigned seed;
	double rate; /* calls/s: of latency; where the search of rate begins */
	double rate_max;
	double seconds;	  /* of one run of traffic */
	double warmup;	  /* seconds before latency counts */
	double hold;	  /* seconds a call is up, on average */
	unsigned hanging; /* port on which latency takes connections and says nothing; 0: none */
	unsigned advances;
	unsigned waiting;  /* callers on hold: of advance, wait and storm */
	unsigned stay;	   /* of storm: callers more, who do not hang up in it */
	unsigned cancels;  /* of storm: each nth who arrives gives up before the answer */
	unsigned in_order; /* of storm: they hang up in the order of arrival */
	unsigned quiet;	   /* of storm: who waits sends each nth frame */
};

struct bench {
	const struct bench_options *opt;
	struct loop *loop;
	struct ua *ua;
	uint64_t calls_placed;
	unsigned short random[3];
	uint16_t sink_port; /* for calls that need no ears */
};

/* The measures print "name value" lines and return 0, EINTR, or EPROTO when a call failed. */
int machine_measure(struct bench *bench);
int latency_measure(struct bench *bench);
int rate_measure(struct bench *bench);
int advance_measure(struct bench *bench);
int wait_measure(struct bench *bench);
int storm_measure(struct bench *bench);

/* bench.c */
void bench_did(const struct bench *bench, unsigned line, char out[UA_NUMBER_MAX]);
void bench_host(const struct bench *bench, char out[UA_NUMBER_MAX]);
void bench_caller(struct bench *bench, char out[UA_NUMBER_MAX]);
double bench_random(struct bench *bench); /* [0, 1) */

/* Calls, failures and retransmissions so far, each line with the prefix. */
void bench_report(const struct bench *bench, const char *prefix);

#endif
