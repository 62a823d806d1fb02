/*
 * What must hold. 1 to 7 are the rules of the product (README.md); 8 is how it keeps them.
 * An expression that fails names its rule by the "n == 0" in it.
 */

/* ----- of the line ----- */

/* 1. At most one host leg and one member in the seat. */
#define IS_HOST_HERE(l) (!leg[l].member && leg[l].place != PIN && leg[l].state == CONFIRMED)
#define SITS(l) (leg[l].place == SEAT)

/* ... and the host of a line that wants a PIN has given it. */
#define HOST_IS_PROVEN (line.host == NOBODY || !leg[line.host].unproven)

/* 2. Nobody waits while the seat is free. */
#define SEAT_OR_NO_WAIT(l) (line.seat != NOBODY || !leg[l].queue)

/* 3. Members are admitted in order of arrival. */
#define CAME_AFTER_THE_SEAT(l) (!leg[l].queue || leg[line.seat].arrival < leg[l].arrival)

/* 4. Every leg is in exactly one place, and an ended leg never comes back. */
#define HERE(l) (leg[l].state == RESERVED || leg[l].state == CONFIRMED)
#define PLACES(l) ((line.host == l) + (line.host_next == l) + (line.seat == l) + leg[l].queue + leg[l].pin)
#define AGREES(l) \
	((leg[l].place == HOST && line.host == l && !leg[l].member && leg[l].state == CONFIRMED) || \
	 (leg[l].place == HOST_NEXT && line.host_next == l && !leg[l].member && leg[l].state == RESERVED) || \
	 (leg[l].place == SEAT && line.seat == l && leg[l].member) || \
	 (leg[l].place == QUEUED && leg[l].queue && leg[l].member) || \
	 (leg[l].place == PIN && leg[l].pin && !leg[l].member))
#define ONE_PLACE(l) \
	((HERE(l) && PLACES(l) == 1 && AGREES(l) && leg[l].cseq > leg[l].over) || \
	 (!HERE(l) && PLACES(l) == 0 && leg[l].place == NOWHERE))

/* 5. "Is now on" is written once of each seated member, "has left" once of each that had one, in that order
 * (and see write_on, write_left). */
#define TOLD_IS_SEATED (line.told == (TAKES_PART(line.seat) -> line.seat : NOBODY))

/* 6. Host and seated member are connected exactly when both are confirmed, the member's trial being over. */
#define BOTH (line.host != NOBODY && TAKES_PART(line.seat))
#define SHOULD_HEAR(l) \
	(leg[l].state == ENDED -> GONE : \
	(leg[l].state != CONFIRMED -> NOTHING : \
	(BOTH && line.host == l -> TALK(line.seat) : \
	(BOTH && line.seat == l -> TALK(line.host) : MUSIC))))
#define WANTS_RIGHT(l) (leg[l].place == PIN && leg[l].state == CONFIRMED -> ASKS(leg[l].want) : leg[l].want == SHOULD_HEAR(l))

/* 8. What must be done for a leg is on the agenda, and nothing else. */
#define ON_AGENDA(l) (leg[l].agenda == TO_DO(l))

/* 9. On trial is only a confirmed member in the seat that was not announced; only a confirmed leg is doubted, or is to
 * refresh its session. */
#define TRIAL_IS_RIGHT(l) \
	((!leg[l].trial || (leg[l].state == CONFIRMED && SITS(l) && !leg[l].announced)) && \
	 (!leg[l].doubt || leg[l].state == CONFIRMED) && (!leg[l].timer || leg[l].state == CONFIRMED))

/* 20. Calls are counted from their place to their end, once. */
#define COUNTS_RIGHT (line.calls == COUNT(HERE))

/* 21. One offer of ours at a time: in a 200, or in a re-INVITE. */
#define OFFERS_ONE(l) (leg[l].awaits == 0 || !caller[l].offer || !leg[l].offer_now)

/* ----- when the consumers have nothing to do: 6 and 7 at rtpengine ----- */

#define POINTS_AT(k, l) (media[k].call && media[k].peer == l)
#if LEGS == 2
#define SENDERS(l) (POINTS_AT(1, l) + POINTS_AT(2, l))
#elif LEGS == 3
#define SENDERS(l) (POINTS_AT(1, l) + POINTS_AT(2, l) + POINTS_AT(3, l))
#elif LEGS == 4
#define SENDERS(l) (POINTS_AT(1, l) + POINTS_AT(2, l) + POINTS_AT(3, l) + POINTS_AT(4, l))
#elif LEGS == 5
#define SENDERS(l) \
	(POINTS_AT(1, l) + POINTS_AT(2, l) + POINTS_AT(3, l) + POINTS_AT(4, l) + POINTS_AT(5, l))
#else
#define SENDERS(l) 0
#endif

#define HEARS_MUSIC(l) (media[l].call && media[l].plays && media[l].peer == NOBODY && SENDERS(l) == 0)
#define HEARS_PEER(l) \
	(media[l].call && !media[l].plays && media[l].peer == PEER(leg[l].want) && SENDERS(l) == 1 && \
	 POINTS_AT(PEER(leg[l].want), l))
#define NO_MEDIA(l) (!media[l].call && SENDERS(l) == 0)
/* The caller knows where its media are, or is to be told. */
#define IS_KNOWN(l) (media[l].known || leg[l].offer != KNOWS)
/* ... and they are made of the description in force. */
#define IS_OF_TODAY(l) (IS_KNOWN(l) && media[l].made_of == leg[l].sdp)
#define HEARS_RIGHT(l) \
	(((leg[l].want == MUSIC || ASKS(leg[l].want)) && IS_OF_TODAY(l) && HEARS_MUSIC(l)) || \
	 (TALKS(leg[l].want) && IS_OF_TODAY(l) && HEARS_PEER(l)) || \
	 (leg[l].want == GONE && NO_MEDIA(l)) || (leg[l].want == NOTHING && SENDERS(l) == 0))
/* Nobody is at it, and nothing is to be done: what is heard is what should be. */
#define IS_DONE(l) (leg[l].state == RESERVED || !DIFFERS(l))
#define RESTS(l) (!IN_THE_MAKING(l) && !media[l].lost && (leg[l].state == NO_LEG || IS_DONE(l)))
#define HEARS(l) (leg[l].state == NO_LEG || (HEARS_RIGHT(l) && (leg[l].ask == 0 || leg[l].state == ENDED)))
#if CONSUMERS == 2
#define BUSY (replica[0].busy || replica[1].busy || rtpengine.restarted)
#else
#define BUSY (replica[0].busy || rtpengine.restarted)
#endif
#if CONSUMERS
#define ALL_HEAR (BUSY || !EACH(RESTS) || EACH(HEARS))
#else
#define ALL_HEAR true
#endif

/* ----- of phones ----- */

/* 7. Once all is told, the phone and we agree. */
#define IS_TOLD(l) \
	(!caller[l].waits && caller[l].try1 != ASKED && caller[l].try1 != JOINED && caller[l].try1 != MADE && \
	 caller[l].try2 != ASKED && caller[l].try2 != JOINED && caller[l].try2 != MADE && \
	 !caller[l].cancel1 && !caller[l].cancel2 && !caller[l].ack && !caller[l].bye && \
	 !leg[l].bye && caller[l].bye_now == 0 && !caller[l].bye_old)
/* Its ACK is lost: when our time for it is over it gets our BYE; one that has cancelled sends its own (RFC 3261 9.1). */
#define WILL_BE_HEARD_OF(l) (caller[l].lost && (leg[l].state == RESERVED || caller[l].crossed))
#define AGREE(l) \
	(!IS_TOLD(l) || caller[l].phone == IDLE || caller[l].phone == VANISHED || \
	 (caller[l].phone == UP && (leg[l].state == CONFIRMED || WILL_BE_HEARD_OF(l))) || \
	 (caller[l].phone == ANSWERED && (leg[l].state == RESERVED || leg[l].state == ENDED)) || \
	 (caller[l].phone != UP && caller[l].phone != ANSWERED && caller[l].phone != CALLING && !HERE(l)))
#if CALLERS == REAL
#define ALL_AGREE EACH(AGREE)
#else
#define ALL_AGREE true
#endif

/* ----- a look at every state: this process has no step but where a rule is broken ----- */

#define KEEPS(n, holds) :: !(holds) -> assert(n == 0)

proctype watch()
{
end:	do
	KEEPS(1, COUNT(IS_HOST_HERE) <= 1 && COUNT(SITS) <= 1)
	KEEPS(19, HOST_IS_PROVEN)
	KEEPS(2, EACH(SEAT_OR_NO_WAIT))
	KEEPS(3, line.seat == NOBODY || EACH(CAME_AFTER_THE_SEAT))
	KEEPS(4, EACH(ONE_PLACE))
	KEEPS(5, TOLD_IS_SEATED)
	KEEPS(6, EACH(WANTS_RIGHT))
	KEEPS(7, ALL_AGREE)
	KEEPS(8, EACH(ON_AGENDA))
	KEEPS(9, EACH(TRIAL_IS_RIGHT))
	KEEPS(10, ALL_HEAR)
	KEEPS(20, COUNTS_RIGHT)
	KEEPS(21, EACH(OFFERS_ONE))
	od
}

/* ----- what may be left when nothing happens any more ----- */

#define IS_GONE(l) ((leg[l].state == NO_LEG || leg[l].state == ENDED) && !leg[l].bye && (CONSUMERS == 0 || NO_MEDIA(l)))
