/**
 * @file mood.h  How unlucky a history is: each draws its own, so that rare troubles come together
 */
#ifndef MOOD_H
#define MOOD_H

#include <stdbool.h>

/** In so many of a thousand cases: member, the most it is drawn as. */
#define MOODS(X)                                                                                   \
	X(interleave, 30)   /* others go on while a process waits at a seam */                     \
	X(freeze, 12)	    /* ... and its lease runs out meanwhile */                             \
	X(store_twice, 60)  /* a script runs twice, for its first answer was lost */               \
	X(store_lost, 15)   /* it ran, but the process never hears of it */                        \
	X(ng_silent, 20)    /* rtpengine does not get a command */                                 \
	X(ng_lost, 20)	    /* it does what it was told, but its answer is lost */                 \
	X(loses, 500)	    /* it loses a call, or has one too many */                             \
	X(vanish, 300)	    /* a phone loses its network, for ever */                              \
	X(muted, 500)	    /* a caller is not heard at that moment, though they are there */      \
	X(music_bad, 30)    /* it cannot read a file */                                            \
	X(answer_lost, 60)  /* Kamailio does not get the service's answer */                       \
	X(report_again, 60) /* Kamailio reports once more what was taken */                        \
	X(ask_again, 60)    /* ... or asks once more what was answered */                          \
	X(ack_lost, 200)    /* the ACK of a 200 does not arrive */                                 \
	X(declines, 150)    /* a phone does not want a re-INVITE now */                            \
	X(rpc_lost, 100)    /* Kamailio does what it was told, but its answer is lost */           \
	X(rpc_refused, 100) /* it cannot be asked */                                               \
	X(sms_bad, 500)	    /* an attempt to send a message goes wrong, in one of many ways */     \
	X(lazy, 300)	    /* a process lets its turn pass */                                     \
	X(die, 30)	    /* a consumer is killed between two commands to rtpengine */           \
	X(abrupt, 300)	    /* somebody hangs up while a process is dead */                        \
	X(fault, 600)	    /* a part fails */

struct mood {
#define X(name, most) unsigned name;
	MOODS(X)
#undef X
	unsigned replicas;  /* of the service */
	unsigned busy_line; /* most callers' */
	unsigned pairs;	    /* in so many of a thousand cases a caller is one to talk with */
	unsigned crowd;	    /* so many callers at once, at the most */
	unsigned impatient; /* a caller hangs up rather than wait */
	unsigned fickle;    /* ... or wants something else: a re-INVITE, a second try */
};

/** The mood of this moment; all is well when it is calm. */
extern struct mood mood;

/** What most of the trouble is. */
enum mood_kind {
	MOOD_MIXED,
	MOOD_DEATHS, /* of consumers, between two commands to rtpengine */
	MOOD_PAUSES, /* beyond the lease */
	MOOD_LOSSES, /* of media */
	MOOD_DOUBTS, /* whether a message was taken */
	MOOD_COUNT
};

/** Draw one. */
void mood_draw(void);

/** All histories from now on are of that kind; MOOD_MIXED: four of five are mixed. */
void mood_want(enum mood_kind kind);

/** From now on nothing goes wrong any more. */
void mood_calm(void);

#endif
