/* Between storm.c (the parts of a storm) and crowd.c (its calls, and who hears whom). */
#ifndef LOAD_STORM_H
#define LOAD_STORM_H

#include "bench.h"
#include "rtp.h"
#include "stats.h"

enum { HOST = 0 }; /* as a speaker; callers count from 1 */

enum part {
	FILLING, /* the crowd arrives, one after the other */
	FULL,	 /* all of it hears what it should */
	STORMING,
	OVER,
	DRAINING,
	FINISHING, /* the host hangs up */
};

struct caller {
	struct storm *storm;
	struct call *call; /* NULL before the INVITE, and once gone */
	struct rtp rtp;
	int speaker;
	bool up, stays;
	char id[64], number[UA_NUMBER_MAX];
	/* When it happened; 0: it has not. */
	int64_t invited_us, answered_us, bye_us, ended_us, music_us, host_us, host_last_us;
	int64_t setup_us;
	enum call_end how;
};

struct storm {
	struct bench *bench;
	struct loop_fd input;
	struct loop_timer leaving, arriving, watch;
	enum part part;
	struct call *host;
	struct rtp host_rtp;
	int host_hears;
	struct caller *callers; /* in the order in which they were called up */
	unsigned ncallers, crowd, most;
	struct caller **leavers; /* in the order in which they hang up */
	unsigned nleavers, left;
	struct caller *listener; /* who heard the host last */
	int64_t began_us, next_arrival_us;
	unsigned misheard, never_connected;
	struct samples invites, byes, advances;
};

/* crowd.c */
int crowd_call_host(struct storm *storm);
/* Places the next call; one that cancels gives up before it is answered. */
void crowd_call_up(struct storm *storm, bool cancels);
/* Who has hung up already is left alone. */
void crowd_hang_up(struct caller *caller);

/* storm.c: what crowd.c tells it */
void storm_heard(struct storm *storm);
/* Somebody else than before hears the host now. */
void storm_listens(struct storm *storm, const struct caller *before);
void storm_answered(struct caller *caller);
void storm_ended(struct caller *caller);
void storm_finish(struct storm *storm);

#endif
