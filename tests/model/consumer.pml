/*
 * The calls consumer (service/src/calls.c, life.c, lease.c), one process for each replica. A visit reads what is due
 * in one script (due.lua), then issues media commands and records each by another (applied.lua); between any two of
 * these anything may happen: another script, its own death, or that its lease passes to another and it does not know.
 */

/* ----- due.lua ----- */

/* Its time has come: not before its media are made (not_before), nor while a request of ours is under way. */
#define IS_DUE(l) \
	(leg[l].agenda && leg[l].state != RESERVED && !(leg[l].state == ENDED && IN_THE_MAKING(l)) && \
	 (DIFFERS(l) || leg[l].doubt || (TRIALS && (leg[l].trial || leg[l].late) && !leg[l].asked) || \
	  (leg[l].bye && caller[l].bye_now == 0) || IS_TO_BE_TOLD(l)))
/* is_offer_due() */
#define IS_TO_BE_TOLD(l) \
	(leg[l].offer != KNOWS && !caller[l].offer && leg[l].ask == 0 && leg[l].awaits == 0 && \
	 !DIFFERS(l) && !leg[l].doubt)

#define SEEN(l) replica[c].seen[l]

inline forget(c)
{
	for (i : 1 .. LEGS) {
		SEEN(i).todo = NOTHING;
		SEEN(i).fresh = 0;
		SEEN(i).ask = 0;
		SEEN(i).sdp = 0;
		SEEN(i).judge = 0;
		SEEN(i).doubt = 0;
		SEEN(i).late = 0;
		SEEN(i).bye = 0;
		SEEN(i).offer = 0;
		SEEN(i).moved = 0
	}
	i = 0;
	replica[c].busy = 0
}

/* What a visit makes of each leg that is due, and of its partner. */
#define IS_SHOWN(l) (IS_DUE(l) || (TALKS(leg[l].want) && IS_DUE(PEER(leg[l].want))))
#define IS_TO_CHANGE(l) (DIFFERS(l) || (TALKS(leg[l].want) && DIFFERS(PEER(leg[l].want))))

inline see(c)
{
	for (i : 1 .. LEGS) {
		if
		:: IS_SHOWN(i) && IS_TO_CHANGE(i) ->
			SEEN(i).todo = (TALKS(leg[i].want) && leg[i].member -> NOTHING : leg[i].want);
			SEEN(i).fresh = FRESH(i, leg[i].want);
			SEEN(i).ask = leg[i].ask;
			SEEN(i).sdp = leg[i].sdp;
			if
			:: leg[i].applied == OPEN && leg[i].want == MUSIC -> sight(SEEN_MADE_GOOD)
			:: else
			fi
		:: else
		fi;
		if
		:: IS_SHOWN(i) ->
			SEEN(i).judge = TRIALS && (leg[i].doubt || ((leg[i].trial || leg[i].late) && !leg[i].asked));
			SEEN(i).doubt = TRIALS && leg[i].doubt;
			SEEN(i).late = TRIALS && leg[i].late && SEEN(i).judge;
			SEEN(i).bye = (leg[i].bye && caller[i].bye_now == 0);
			SEEN(i).offer = IS_TO_BE_TOLD(i)
		:: else
		fi;
		/* make_talk() has nothing else to expect */
		rule(8, !TALKS(leg[i].want) || leg[PEER(leg[i].want)].want == TALK(i))
	}
	i = 0
}

/* Opened when all is shown: to connect two is to change both. */
inline open_seen(c)
{
	for (i : 1 .. LEGS) {
		if
		:: SEEN(i).todo != NOTHING -> open_(i)
		:: else
		fi;
		if
		:: TALKS(SEEN(i).todo) -> open_(PEER(SEEN(i).todo))
		:: else
		fi
	}
	i = 0
}

inline due(c)
{
	replica[c].busy = 1;
	see(c);
	open_seen(c)
}

/* ----- a visit ----- */

/* Free callers answer a BYE at once; what real ones do is in callers.pml. */
#if CALLERS == FREE
#define send_bye(l) bye_done(l)
#else
#define send_bye(l) bye_sent(l)
#endif

#define IS_JUDGED(l) (SEEN(l).judge)
#define IS_TO_GO(l) (SEEN(l).todo == GONE)
#define IS_TO_HEAR_MUSIC(l) (SEEN(l).todo == MUSIC || ASKS(SEEN(l).todo)) /* or a beep */
#define IS_TO_TALK(l) (TALKS(SEEN(l).todo))
#define IS_OWED_BYE(l) (SEEN(l).bye)
#define IS_OWED_OFFER(l) (SEEN(l).offer)

/* Any leg of which a test holds becomes `l`; the order within a step is that of the agenda, so any. */
#if LEGS == 1
#define PICK(test) :: test(1) -> l = 1
#elif LEGS == 2
#define PICK(test) :: test(1) -> l = 1 :: test(2) -> l = 2
#elif LEGS == 3
#define PICK(test) :: test(1) -> l = 1 :: test(2) -> l = 2 :: test(3) -> l = 3
#elif LEGS == 4
#define PICK(test) :: test(1) -> l = 1 :: test(2) -> l = 2 :: test(3) -> l = 3 :: test(4) -> l = 4
#elif LEGS == 5
#define PICK(test) \
	:: test(1) -> l = 1 :: test(2) -> l = 2 :: test(3) -> l = 3 :: test(4) -> l = 4 :: test(5) -> l = 5
#endif

/* The next leg of a step, if its lease is held still. */
#define NEXT(test, next_step) \
	if \
	PICK(test) \
	:: else -> goto next_step \
	fi; \
	if \
	:: HOLDS(c) \
	:: else -> sight(SEEN_LOST); goto lost \
	fi

inline done(l)
{
	SEEN(l).todo = NOTHING;
	SEEN(l).fresh = 0;
	SEEN(l).ask = 0;
	SEEN(l).sdp = 0;
	SEEN(l).moved = 0
}

/* offer_needed(): the answer of rtpengine is another than the leg's. */
#define HAS_MOVED(l) (!media[l].recorded)

/* A third voice: what the order of the steps is for. A replica whose lease has passed on may do that, and says so. */
#define ONE_VOICE(l) (SENDERS(l) <= 1)
inline listen()
{
	rule(6, LAPSES || EACH(ONE_VOICE))
}

#define IS_LOST(l) (media[l].lost && leg[l].state == CONFIRMED && (!DIFFERS(l) || leg[l].applied == NOTHING))

/* life.c */
#define IS_SILENT(l) \
	(leg[l].state == CONFIRMED && caller[l].phone >= OFF && !caller[l].noise && !leg[l].asked && \
	 !leg[l].doubt && !leg[l].trial)

inline send_options(l)
{
	if
	:: leg[l].state == CONFIRMED -> caller[l].options = 1
	:: else
	fi;
	probe(l)
}

/* Nobody who lives is hung up. */
inline bury(l)
{
	rule(7, leg[l].state != CONFIRMED || caller[l].phone >= OFF);
	if
	:: leg[l].trial -> sight(SEEN_DEATH)
	:: caller[l].noise -> sight(SEEN_UNREFRESHED)
	:: else
	fi;
	hang_up(l)
}

proctype consumer(byte c)
{
	byte l, m;

idle:
end:	if
	:: d_step {
		lease.holder == NO_ONE ->
		lease.holder = c;
		lease.epoch++;
		replica[c].epoch = lease.epoch;
		printf("consumer %d takes the lease, epoch %d\n", c, lease.epoch) }
		goto idle
	:: d_step { HOLDS(c) && SOME(IS_DUE) -> due(c); printf("consumer %d reads what is due\n", c) }
#if TRIALS
	/* nothing has been heard of it for long (watch_due.lua) */
	:: atomic {
		HOLDS(c) && SOME(IS_SILENT) ->
		if
		PICK(IS_SILENT)
		fi;
		d_step { send_options(l); say(l, "%c%d is silent, and sent OPTIONS\n"); l = 0 } }
		goto idle
#endif
#if LOSSES
	/* reconcile.c */
	:: atomic {
		HOLDS(c) && SOME(IS_LOST) ->
		if
		PICK(IS_LOST)
		fi;
		d_step { media[l].lost = 0; media_lost(l); say(l, "%c%d is found to have no media\n"); l = 0 } }
		goto idle
#endif
#if RESTARTS
	:: d_step { HOLDS(c) && rtpengine.restarted -> rtpengine.restarted = 0; media_run(); sight(SEEN_YOUNG);
		printf("consumer %d sees that rtpengine is young\n", c) }
		goto idle
#endif
	fi;

judging:
#if TRIALS
	atomic { NEXT(IS_JUDGED, going) }
	/* what was asked of rtpengine: whether a packet has come */
	if
	:: d_step { (caller[l].phone == UP || caller[l].noise) && !SEEN(l).late -> alive(l); say(l, "%c%d is heard\n"); l = 0 } goto over
	:: d_step { SEEN(l).doubt -> sight(SEEN_DOUBT); bury(l); say(l, "%c%d is dead\n"); l = 0 } goto over
	:: d_step { FENCE(c) && !SEEN(l).doubt -> send_options(l); SEEN(l).judge = 0; say(l, "%c%d is sent OPTIONS\n"); l = 0 }
	:: !FENCE(c) && !SEEN(l).doubt -> goto lost
	:: MAY_DIE(c) -> goto died
	fi;
	goto judging;
#endif

going:
	atomic { NEXT(IS_TO_GO, music) }
	if
	:: d_step { delete(l); say(l, "%c%d media deleted\n") }
	:: MAY_DIE(c) -> goto died
	fi;
	if
	:: d_step { FENCE(c) -> applied_(l, GONE, SEEN(l).ask, 0); done(l); l = 0 }
	:: !FENCE(c) -> goto distrust_it
	:: MAY_DIE(c) -> goto died
	fi;
	goto going;

music:
	atomic { NEXT(IS_TO_HEAR_MUSIC, talking) }
	if
	:: SEEN(l).fresh && media[l].call
	/* its call is gone: that it is made anew is noted before it is done */
	:: d_step { SEEN(l).fresh && !media[l].call && FENCE(c) -> media_lost(l); done(l); say(l, "%c%d has no media\n"); l = 0 }
		goto music
	:: SEEN(l).fresh && !media[l].call && !FENCE(c) -> goto lost
	:: d_step {
		!SEEN(l).fresh ->
		park(l);
		media[l].made_of = SEEN(l).sdp;
		SEEN(l).moved = HAS_MOVED(l);
		listen();
		say(l, "%c%d parked\n") }
	:: MAY_DIE(c) -> goto died
	fi;
	if
	:: d_step { media[l].call -> play(l); say(l, "%c%d music plays\n") }
	:: !media[l].call && FENCE(c) -> goto over /* postponed */
	:: !media[l].call && !FENCE(c) -> goto distrust_it
	:: MAY_DIE(c) -> goto died
	fi;
	if
	:: d_step { FENCE(c) -> applied_(l, SEEN(l).todo, SEEN(l).ask, SEEN(l).moved); done(l); l = 0 }
	:: !FENCE(c) -> goto distrust_it
	:: MAY_DIE(c) -> goto died
	fi;
	goto music;

talking:
	atomic {
		NEXT(IS_TO_TALK, byes);
		m = PEER(SEEN(l).todo)
	}
	if
	:: d_step {
		point_at(l, m);
		media[l].made_of = SEEN(l).sdp;
		media[m].made_of = SEEN(m).sdp;
		SEEN(l).moved = HAS_MOVED(l);
		SEEN(m).moved = HAS_MOVED(m);
		listen();
		say(l, "%c%d pointed at its partner\n") }
	:: MAY_DIE(c) -> goto died
	fi;
	if
	:: d_step { media[l].call && media[m].call -> point_at(m, l); listen(); say(m, "%c%d pointed at its partner\n") }
	:: (!media[l].call || !media[m].call) && FENCE(c) -> goto over /* postponed */
	:: (!media[l].call || !media[m].call) && !FENCE(c) -> goto distrust_both
	:: MAY_DIE(c) -> goto died
	fi;
	if
	:: d_step { stop_both(l, m) }
	:: MAY_DIE(c) -> goto died
	fi;
	if
	:: d_step { FENCE(c) -> applied_(l, TALK(m), SEEN(l).ask, SEEN(l).moved); done(l) }
	:: !FENCE(c) -> goto distrust_both
	:: MAY_DIE(c) -> goto died
	fi;
	if
	:: d_step { FENCE(c) -> applied_(m, TALK(l), SEEN(m).ask, SEEN(m).moved); done(m); sight(SEEN_TALK); l = 0; m = 0 }
	:: !FENCE(c) -> goto distrust_other
	:: MAY_DIE(c) -> goto died
	fi;
	goto talking;

byes:
	atomic { NEXT(IS_OWED_BYE, telling) }
	if
	:: d_step { FENCE(c) -> SEEN(l).bye = 0; send_bye(l); say(l, "%c%d is sent a BYE\n"); l = 0 }
	:: !FENCE(c) -> goto lost
	:: MAY_DIE(c) -> goto died
	fi;
	goto byes;

telling:
#if LOSSES || UPDATES || TRIES > 1
	atomic { NEXT(IS_OWED_OFFER, over) }
	if
	:: d_step { FENCE(c) -> SEEN(l).offer = 0; offer_sent(l); say(l, "%c%d is told by a re-INVITE where its media are\n"); l = 0 }
	:: !FENCE(c) -> goto lost
	:: MAY_DIE(c) -> goto died
	fi;
	goto telling;
#endif

over:	if
	:: d_step { forget(c); l = 0; m = 0 } goto idle
	fi;

distrust_both:
	if
	:: d_step { distrust(l); say(l, "%c%d media distrusted\n"); l = m; m = 0 } goto distrust_it
	fi;
distrust_other:
	if
	:: d_step { l = m; m = 0 } goto distrust_it
	fi;
distrust_it:
	if
	:: d_step { distrust(l); say(l, "%c%d media distrusted\n") } goto lost
	fi;
lost:	/* all is taken anew */
	if
	:: d_step {
		forget(c);
		l = 0;
		m = 0;
		replica[c].epoch = 0;
		printf("consumer %d has lost its lease\n", c) }
		goto idle
	fi;
died:	/* started again under the same name, it has the same lease */
	if
	:: d_step { forget(c); l = 0; m = 0; printf("consumer %d dies and is started again\n", c) } goto idle
	fi
}

/* It takes its calls back from Redis, and they play nothing. */
proctype rtpengine_dies()
{
end:	do
	:: d_step {
		rtpengine.restarts < RESTARTS ->
		rtpengine.restarts++;
		rtpengine.restarted = 1;
		for (i : 1 .. LEGS) {
			media[i].plays = 0
		}
		i = 0;
		printf("rtpengine dies and is started again\n") }
	od
}

/* Redis forgets a lease that was not renewed in time. */
proctype lapse()
{
end:	do
	:: d_step {
		lease.lapses < LAPSES && lease.holder != NO_ONE ->
		lease.lapses++;
		lease.holder = NO_ONE;
		printf("the lease lapses\n") }
	od
}
