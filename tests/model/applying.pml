/*
 * The rest of transitions.pml: descriptions, and what the calls consumer has done.
 */

/* ----- update.lua, include/session.lua: a caller's re-INVITE or UPDATE, number n ----- */

#define OFFER_IS_OUT(l) (leg[l].offer_now && caller[l].offer)

/* session.taken, session.refreshed */
inline taken(l, n)
{
	leg[l].last_ask = n;
	leg[l].was_ask = n;
	leg[l].described = 0;
	leg[l].was_sdp = 0;
	leg[l].late = 0
}

/* With a description. `waits`: an UPDATE waits for the answer to an offer of ours. */
inline update(l, n, waits)
{
	if
	:: leg[l].state == CONFIRMED && leg[l].ask == 0 && n > leg[l].last_ask && !OFFER_IS_OUT(l) && !(waits && leg[l].awaits != 0) ->
		taken(l, n);
		leg[l].described = 1;
		leg[l].was_sdp = leg[l].sdp;
		leg[l].sdp = n;
		leg[l].applied = STALE;
		leg[l].ask = n;
		leg[l].awaits = 0;
		plan(l)
	:: else
	fi
}

/* A re-INVITE without one asks for our offer; its ACK (confirm_again) has the answer, or lacks it, or does not come in
 * time. */
inline update_ours(l, n)
{
	if
	:: leg[l].state == CONFIRMED && leg[l].ask == 0 && n > leg[l].last_ask && !OFFER_IS_OUT(l) ->
		taken(l, n);
		leg[l].awaits = n;
		plan(l)
	:: else
	fi
}

/* ----- withdraw.lua: it is refused after all; `open_only`: if it has no answer yet ----- */

#define IS_ANSWERED(l) (leg[l].described && leg[l].ask == 0)
#define IS_ANSWERED_OR_OURS(l, n) (IS_ANSWERED(l) || leg[l].awaits == n)

inline withdraw(l, n, open_only)
{
	if
	:: leg[l].state == CONFIRMED && n > leg[l].last_ask -> leg[l].last_ask = n
	:: leg[l].state == CONFIRMED && n <= leg[l].last_ask && leg[l].was_ask == n && !(open_only && IS_ANSWERED_OR_OURS(l, n)) ->
		again = IS_ANSWERED(l);
		leg[l].ask = 0;
		leg[l].was_ask = 0;
		if
		:: leg[l].awaits == n -> leg[l].awaits = 0
		:: else
		fi;
		if
		:: leg[l].described ->
			leg[l].sdp = leg[l].was_sdp;
			leg[l].was_sdp = 0;
			leg[l].described = 0;
			leg[l].applied = STALE
		:: else
		fi;
		if
		:: again ->
			media[l].known = 0; /* by that answer, maybe */
			owe(l);
			sight(SEEN_WITHDRAWN)
		:: else
		fi;
		plan(l)
	:: else
	fi
}

/* ----- include/offers.lua, offer_sent.lua, offer_done.lua: a caller is told where its media are ----- */

inline owe(l)
{
	if
	:: leg[l].offer == OFFER_SENT -> leg[l].offer = OFFER_AGAIN
	:: leg[l].offer == KNOWS -> leg[l].offer = OFFER_DUE
	:: else
	fi
}

inline offer_sent(l)
{
	if
	:: leg[l].state == CONFIRMED && leg[l].offer != KNOWS && leg[l].ask == 0 && leg[l].awaits == 0 ->
		leg[l].offer = OFFER_SENT;
		leg[l].offer_now = 1;
		caller[l].offer = 1;
		media[l].offered = media[l].recorded;
		plan(l)
	:: else
	fi
}

/* The caller takes it: it knows where its media were when it was sent. */
inline offer_taken(l)
{
	caller[l].offer = 0;
	if
	:: leg[l].state == CONFIRMED && leg[l].offer_now ->
		leg[l].offer = (leg[l].offer == OFFER_AGAIN -> OFFER_DUE : KNOWS);
		leg[l].offer_now = 0;
		media[l].known = media[l].known || media[l].offered;
		sight(SEEN_OFFER);
		plan(l)
	:: else
	fi;
	media[l].offered = 0
}

/* The same, and its answer has another description. */
inline offer_taken_anew(l)
{
	if
	:: leg[l].state == CONFIRMED && leg[l].offer_now -> leg[l].sdp = IN_ANSWER; leg[l].applied = STALE; sight(SEEN_ELSEWHERE)
	:: else
	fi;
	offer_taken(l)
}

/* It is at a re-INVITE of its own, does not want it, or could not be sent it. */
inline offer_again(l)
{
	caller[l].offer = 0;
	media[l].offered = 0;
	if
	:: leg[l].state == CONFIRMED && leg[l].offer_now -> leg[l].offer = OFFER_DUE; leg[l].offer_now = 0; plan(l)
	:: else
	fi
}

/* Refused so often that it can never hear us. */
inline offer_refused(l)
{
	caller[l].offer = 0;
	media[l].offered = 0;
	if
	:: leg[l].state == CONFIRMED && leg[l].offer_now -> seat_leave(l, 1); sight(SEEN_REFUSED)
	:: else
	fi
}

/* As if nobody were there. */
inline offer_dead(l)
{
	if
	:: leg[l].state == CONFIRMED && leg[l].offer_now -> leg[l].doubt = 1
	:: else
	fi;
	offer_again(l)
}

/* ----- applied.lua, distrust.lua, media_run.lua, media_lost.lua; their fence is with the consumer ----- */

#define ANSWERS(l, n) (n != 0 && leg[l].ask == n)

inline told_by_answer(l)
{
	media[l].known = media[l].known || (media[l].call && leg[l].was_ask == leg[l].ask); /* it waits, if that was not withdrawn */
	leg[l].offer = KNOWS;
	leg[l].offer_now = 0
}

inline applied_(l, what, n, moved_)
{
	if
	:: moved_ && !ANSWERS(l, n) && CLOSES(l, what) && leg[l].state == CONFIRMED -> owe(l)
	:: else
	fi;
	if
	:: ANSWERS(l, n) || CLOSES(l, what) -> media[l].recorded = media[l].call
	:: else
	fi;
	if
	:: ANSWERS(l, n) ->
		told_by_answer(l);
		leg[l].ask = 0;
		sight(SEEN_ANSWER)
	:: else
	fi;
	if
	:: CLOSES(l, what) -> leg[l].applied = what
	:: !CLOSES(l, what) && leg[l].applied == STALE -> sight(SEEN_NOT_CLOSED)
	:: else
	fi;
	plan(l)
}

inline distrust(l)
{
	if
	:: leg[l].want != NOTHING -> leg[l].applied = STALE; plan(l); sight(SEEN_DISTRUST)
	:: else
	fi
}

inline renew(l)
{
	if
	:: l != NOBODY && leg[l].want != NOTHING -> leg[l].applied = STALE; plan(l)
	:: else
	fi
}

inline media_run()
{
	renew(line.host);
	renew(line.seat);
	for (i : 1 .. LEGS) {
		if
		:: leg[i].queue || leg[i].pin -> renew(i)
		:: else
		fi
	}
	i = 0
}

inline media_lost(l)
{
	if
	:: leg[l].state == CONFIRMED && (!DIFFERS(l) || leg[l].applied == NOTHING) -> leg[l].applied = STALE; plan(l)
	:: else
	fi
}
