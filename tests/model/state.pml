/*
 * What Redis holds of one line, who is on it, and what its legs' media are at rtpengine.
 *
 * A world (worlds.py) says how many there are, and what may happen:
 *   HOSTS MEMBERS     legs; hosts are 1..HOSTS, members follow, 0 is nobody
 *   MAX_WAITING       of the line
 *   MAX_CALLS         of the line, 0: no limit
 *   ON_HOST_LEAVE     END_MEMBER, REQUEUE_MEMBER or KEEP_MEMBER
 *   CALLERS           FREE: any event at any time, in any order, again and again (events.pml)
 *                     REAL: phones, Kamailio's transactions and its reports (callers.pml)
 *   TRIES             INVITEs of a phone with the same Call-ID and From-tag, CALLERS REAL
 *   CONSUMERS         0: what they do happens at some time, in one step; else so many replicas
 *   LAPSES            leases that may lapse
 *   RESTARTS          of rtpengine
 *   UPDATES           re-INVITEs and UPDATEs of a leg
 *   LOSSES            calls that rtpengine loses
 *   PINS              1: a caller with a host's number may have to prove it
 *   CRASHES           1: a consumer may die between any two steps
 *   REFUSALS          1: rtpengine may refuse a command
 *   TRIALS            1: silence, OPTIONS and doubt in full; 0: a trial ends in one step
 *   TIMERS            1: each caller is to refresh the session
 *   BYES              0: whoever is hung up goes at once, without our BYE
 */
#define LEGS (HOSTS + MEMBERS)
#define NOBODY 0
#define IS_HOST(l) ((l) <= HOSTS)

/* CALLERS */
#define FREE 1
#define REAL 2

/* ON_HOST_LEAVE */
#define END_MEMBER 1
#define REQUEUE_MEMBER 2
#define KEEP_MEMBER 3

/* leg.state */
#define NO_LEG 0
#define RESERVED 1
#define CONFIRMED 2
#define ENDED 3

/* leg.place; QUEUED is the leg's own word for it, `queue` says whether the line agrees */
#define NOWHERE 0
#define HOST_NEXT 1
#define HOST 2
#define SEAT 3
#define QUEUED 4
#define PIN 5

/* leg.want: what it should hear; leg.applied: what was last made so */
#define NOTHING 0
#define MUSIC 1
#define GONE 2
#define STALE 3 /* applied: to be made anew */
#define OPEN 4	/* applied: the consumer is at it, nobody knows */
#define TALK(l) (4 + (l))
#define PEER(want) ((want) - 4)
#define TALKS(want) ((want) > 4 && (want) <= TALK(LEGS))
#define ASK(try) (12 + (try)) /* the tone that asks for the PIN */
#define ASKS(want) ((want) > 12)
#define PIN_TRIES 2

/* Who a caller is, before anything was asked (pin.role) */
#define AS_MEMBER 0
#define AS_HOST 1
#define UNPROVEN 2
#define ROLE(l) (IS_HOST(l) -> AS_HOST : AS_MEMBER)

/* leg.offer: whether the caller knows where its media are */
#define KNOWS 0
#define OFFER_DUE 1
#define OFFER_SENT 2
#define OFFER_AGAIN 3

#define IN_ANSWER 3 /* leg.sdp: the one in the answer to an offer of ours */

typedef leg_t {
	unsigned state : 2;
	unsigned place : 3;
	unsigned want : 4;
	unsigned applied : 4;
	unsigned arrival : 3;
	unsigned cseq : 2;	  /* of its INVITE */
	unsigned ask : 2;	  /* CSeq of the re-INVITE that waits for its answer, 0 = none */
	unsigned last_ask : 2;	  /* the last one taken */
	unsigned was_ask : 2;	  /* was_cseq: the one that can be withdrawn */
	unsigned awaits : 2;	  /* CSeq of the re-INVITE that our 200 has an offer for */
	unsigned sdp : 2;	  /* its description: 0 of the INVITE, else of re-INVITE n; IN_ANSWER */
	unsigned was_sdp : 2;	  /* before the one that can be withdrawn, if `described` */
	unsigned described : 1;
	unsigned offer : 2;
	unsigned offer_now : 1;	  /* the outcome of the last offer counts (offer_cseq) */
	unsigned queue : 1;	  /* it is in the line's queue */
	unsigned pin : 1;	  /* it is among those who are asked for the PIN */
	unsigned member : 1;	  /* its role, when it is not (or not to be) the host's */
	unsigned agenda : 1;	  /* it is on the agenda */
	unsigned bye : 1;	  /* bye: due */
	unsigned trial : 1;
	unsigned doubt : 1;
	unsigned asked : 1;	  /* OPTIONS is under way: probe_after is to come */
	unsigned timer : 1;	  /* it is to refresh the session: refresh_by */
	unsigned late : 1;	  /* and has not */
	unsigned counted : 1;
	unsigned announced : 1;
	unsigned unproven : 1;	  /* for the rules: it has to give the PIN */
	unsigned on : 1;	  /* its messages are in the outbox */
	unsigned left : 1;
	unsigned to_tag : 1;	  /* known */
	unsigned was_confirmed : 1; /* confirmed_at */
	unsigned refused : 1;
	unsigned bare : 1;	  /* refused, or cancelled before its INVITE: there is no dialog */
	unsigned answer : 1;	  /* the answer of the INVITE with this CSeq is kept */
	unsigned over : 2;	  /* for the rules: the last INVITE of it that ended */
};
leg_t leg[LEGS + 1];

typedef line_t {
	unsigned host : 3;
	unsigned host_next : 3;
	unsigned seat : 3;
	unsigned arrivals : 3;
	unsigned calls : 3; /* as the census counts them */
	unsigned told : 3; /* for the rules: who is on by the messages written */
};
line_t line;

#define TAKES_PART(l) (leg[l].state == CONFIRMED && !leg[l].trial)

/* A call at rtpengine: the inner side's peer, and whether the caller hears the player. */
typedef media_t {
	unsigned call : 1;
	unsigned peer : 3;
	unsigned plays : 1;
	unsigned known : 1;    /* the caller was told where it is */
	unsigned recorded : 1; /* leg.answer says where it is */
	unsigned made_of : 2;  /* of which description it is made */
	unsigned offered : 1;  /* our offer that is under way says where it is */
	unsigned lost : 1;     /* rtpengine has lost it, which is not seen yet */
};
media_t media[LEGS + 1];

/* What works on an INVITE in execlined (hooks_invite.c), one for each try: CALLER(l).try1, try2 */
#define NOT_ASKED 0
#define ASKED 1	 /* the INVITE has arrived */
#define JOINED 2 /* join has run, the media are not made */
#define MADE 3	 /* the media are made, Kamailio does not know it */
#define DECIDED 4

/* A phone */
#define IDLE 0
#define CALLING 1  /* it waits for the answer to its INVITE */
#define ANSWERED 2 /* its 200 is on the way, or there */
#define UP 3	   /* it has sent the ACK */
#define OFF 4	   /* it has hung up, or has got our BYE */
#define VANISHED 5 /* gone, and has told nobody */
#define REFUSED 6  /* its INVITE was refused: it may try again */

typedef caller_t {
	unsigned phone : 3;
	unsigned waits : 1;   /* its INVITE has no final answer at Kamailio */
	unsigned lost : 1;    /* its ACK is */
	unsigned crossed : 1; /* it has sent a CANCEL though the 200 was on the way */
	unsigned tries : 2;
	unsigned try1 : 3;
	unsigned try2 : 3;
	/* Kamailio's reports that the service has not taken */
	unsigned cancel1 : 1; /* CANCEL of try 1, or its decision could not be delivered */
	unsigned cancel2 : 1;
	unsigned ack : 1;
	unsigned bye : 1;
	/* our BYE */
	unsigned bye_now : 2; /* the one whose outcome counts: 0 none, 1 on its way, 2 answered */
	unsigned bye_old : 1; /* one whose outcome does not count is on its way */
	unsigned options : 1; /* our OPTIONS is on its way */
	unsigned offer : 1;   /* our re-INVITE is on its way */
	unsigned noise : 1;   /* it has vanished, and its audio goes on */
	unsigned was_late : 1; /* with the refresh of its session */
};
caller_t caller[LEGS + 1];

/* Somebody may still be making this leg's media. */
#define IN_THE_MAKING(l) (caller[l].try1 == JOINED || caller[l].try2 == JOINED)

/* A replica's calls consumer: what it will do in its visit, by what it was shown. */
typedef seen_t {
	unsigned todo : 4;  /* what the leg is to hear; of a pair that of the host, NOTHING = as it does */
	unsigned fresh : 1; /* its media are as its INVITE made them */
	unsigned ask : 2;
	unsigned sdp : 2;
	unsigned judge : 1; /* it is on trial, doubted, or late */
	unsigned doubt : 1;
	unsigned late : 1;
	unsigned bye : 1;
	unsigned offer : 1;
	unsigned moved : 1; /* what was done for it has given another answer than there was */
};
typedef replica_t {
	seen_t seen[LEGS + 1];
	unsigned epoch : 2; /* of its lease as far as it knows, 0 = none */
	unsigned busy : 1;  /* in a visit */
};
replica_t replica[CONSUMERS + 1];

/* The lease in Redis. */
#define NO_ONE CONSUMERS
typedef lease_t {
	unsigned holder : 2;
	unsigned epoch : 2;
	unsigned lapses : 2;
};
lease_t lease;

/* What the fence of a script says: the lease has not passed to another. */
#define FENCE(c) (replica[c].epoch == lease.epoch)
/* What its own clock says: it begins nothing shortly before the end of its lease, nor after it. */
#define HOLDS(c) (FENCE(c) && lease.holder == c)

/* One that was stopped for longer than its lease may die in any moment but one: README.md, "What is not here". */
#define MAY_DIE(c) (CRASHES && FENCE(c))

typedef rtpengine_t {
	unsigned restarts : 2;
	unsigned restarted : 1; /* which is not seen yet */
	unsigned losses : 2;
};
rtpengine_t rtpengine;

/* For what a script does within itself: no state between two of them. */
#ifdef SHORTEST /* a search in breadth allows for none that are hidden */
#define hidden
#endif
hidden byte i, k, head, former, ended, was, again;

/* Rule number n holds (rules.pml). */
#define rule(n, holds) assert(n == 0 || (holds))

/* For a readable counterexample. */
#define say(l, text) printf(text, (IS_HOST(l) -> 'h' : 'm'), l)

#if LEGS == 1
#define EACH(test) (test(1))
#define SOME(test) (test(1))
#define COUNT(test) (test(1))
#elif LEGS == 2
#define EACH(test) (test(1) && test(2))
#define SOME(test) (test(1) || test(2))
#define COUNT(test) (test(1) + test(2))
#elif LEGS == 3
#define EACH(test) (test(1) && test(2) && test(3))
#define SOME(test) (test(1) || test(2) || test(3))
#define COUNT(test) (test(1) + test(2) + test(3))
#elif LEGS == 4
#define EACH(test) (test(1) && test(2) && test(3) && test(4))
#define SOME(test) (test(1) || test(2) || test(3) || test(4))
#define COUNT(test) (test(1) + test(2) + test(3) + test(4))
#elif LEGS == 5
#define EACH(test) (test(1) && test(2) && test(3) && test(4) && test(5))
#define SOME(test) (test(1) || test(2) || test(3) || test(4) || test(5))
#define COUNT(test) (test(1) + test(2) + test(3) + test(4) + test(5))
#endif
