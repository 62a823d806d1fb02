/*
 * The rest of transitions.pml: descriptions, and what the calls consumer has done.
 */

/* ----- update.lua: a re-INVITE or UPDATE; `tells` if it has a description, so that its answer does too ----- */

inline update(l, n, tells)
{
	if
	:: leg[l].state == CONFIRMED && leg[l].ask == 0 && n > leg[l].last_ask && !(leg[l].offer_now && caller[l].offer) ->
		leg[l].applied = STALE;
		leg[l].ask = n;
		leg[l].last_ask = n;
		leg[l].ask_tells = tells;
		plan(l)
	:: else
	fi;
	check()
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
	:: leg[l].state == CONFIRMED && leg[l].offer != KNOWS && leg[l].ask == 0 ->
		leg[l].offer = OFFER_SENT;
		leg[l].offer_now = 1;
		caller[l].offer = 1;
		media[l].offered = media[l].recorded;
		plan(l)
	:: else
	fi;
	check()
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
	media[l].offered = 0;
	check()
}

/* It is at a re-INVITE of its own, does not want it, or could not be sent it. */
inline offer_again(l)
{
	caller[l].offer = 0;
	media[l].offered = 0;
	if
	:: leg[l].state == CONFIRMED && leg[l].offer_now -> leg[l].offer = OFFER_DUE; leg[l].offer_now = 0; plan(l)
	:: else
	fi;
	check()
}

/* ----- applied.lua, distrust.lua, media_run.lua, media_lost.lua; their fence is with the consumer ----- */

#define ANSWERS(l, n) (n != 0 && leg[l].ask == n)

inline told_by_answer(l)
{
	media[l].known = media[l].call;
	leg[l].offer = KNOWS;
	leg[l].offer_now = 0
}

inline applied_(l, what, n, moved_)
{
	if
	:: moved_ && !(ANSWERS(l, n) && leg[l].ask_tells) && (ANSWERS(l, n) || CLOSES(l, what)) && leg[l].state == CONFIRMED -> owe(l)
	:: else
	fi;
	if
	:: ANSWERS(l, n) || CLOSES(l, what) -> media[l].recorded = media[l].call
	:: else
	fi;
	if
	:: ANSWERS(l, n) ->
		if
		:: leg[l].ask_tells -> told_by_answer(l)
		:: else
		fi;
		leg[l].ask = 0;
		leg[l].ask_tells = 0;
		sight(SEEN_ANSWER)
	:: else
	fi;
	if
	:: CLOSES(l, what) -> leg[l].applied = what
	:: !CLOSES(l, what) && leg[l].applied == STALE -> sight(SEEN_NOT_CLOSED)
	:: else
	fi;
	plan(l);
	check()
}

inline distrust(l)
{
	if
	:: leg[l].want != NOTHING -> leg[l].applied = STALE; plan(l); sight(SEEN_DISTRUST)
	:: else
	fi;
	check()
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
	i = 0;
	check()
}

inline media_lost(l)
{
	if
	:: leg[l].state == CONFIRMED && (!DIFFERS(l) || leg[l].applied == NOTHING) -> leg[l].applied = STALE; plan(l)
	:: else
	fi;
	check()
}
