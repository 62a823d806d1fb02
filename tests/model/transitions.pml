/*
 * The rest of scripts.pml: what happens to a leg, by script.
 */

/* ----- join.lua ----- */

#define ACCEPTED(l, n) (leg[l].state == RESERVED && leg[l].cseq == n)

inline waiting()
{
	was = 0;
	for (i : 1 .. LEGS) {
		was = was + leg[i].queue
	}
	i = 0
}

inline refuse(l)
{
	leg[l].state = ENDED;
	leg[l].refused = 1;
	leg[l].bare = 1;
	leg[l].want = GONE;
	leg[l].applied = GONE;
	leg[l].over = leg[l].cseq;
	plan(l);
	tidy(l)
}

inline join_host(l)
{
	former = line.host_next;
	if
	:: former != NOBODY -> finish(former, 1); sight(SEEN_NEXT_HOST)
	:: else
	fi;
	line.host_next = l;
	leg[l].state = RESERVED;
	leg[l].place = HOST_NEXT
}

inline join_member(l)
{
	waiting();
	line.arrivals++;
	leg[l].arrival = line.arrivals;
	if
	:: LINE_IS_FULL -> refuse(l); sight(SEEN_LINE_FULL)
	:: !LINE_IS_FULL && line.seat == NOBODY ->
		leg[l].state = RESERVED;
		leg[l].place = SEAT;
		line.seat = l
	:: !LINE_IS_FULL && line.seat != NOBODY && was < MAX_WAITING ->
		leg[l].state = RESERVED;
		leg[l].place = QUEUED;
		leg[l].queue = 1
	:: else -> refuse(l); sight(SEEN_FULL)
	fi
}

inline delete_leg(l)
{
	leg[l].state = NO_LEG;
	leg[l].place = NOWHERE;
	leg[l].want = NOTHING;
	leg[l].applied = NOTHING;
	leg[l].arrival = 0;
	leg[l].cseq = 0;
	leg[l].agenda = 0;
	leg[l].bye = 0;
	leg[l].announced = 0;
	leg[l].to_tag = 0;
	leg[l].was_confirmed = 0;
	leg[l].refused = 0;
	leg[l].bare = 0;
	leg[l].answer = 0
	/* what is left of it at rtpengine becomes its successor's */
}

/* The result is what ACCEPTED says, or that there is an answer already. */
inline join(l, n, role)
{
	again = (leg[l].state != NO_LEG && n > leg[l].cseq);
	if
	:: leg[l].state == RESERVED ->
		if
		:: again -> leg[l].cseq = n; leg[l].answer = 0; plan(l)
		:: else
		fi
	:: leg[l].state == CONFIRMED
	:: leg[l].state == ENDED && (leg[l].was_confirmed || leg[l].bye || !again)
	:: else ->
		delete_leg(l);
		leg[l].cseq = n;
		if
		:: n > 1 -> sight(SEEN_SECOND_TRY)
		:: else
		fi;
		if
		:: role == UNPROVEN -> leg[l].state = RESERVED; leg[l].place = PIN; leg[l].pin = 1; leg[l].unproven = 1
		:: role == AS_HOST -> join_host(l)
		:: role == AS_MEMBER -> leg[l].member = 1; join_member(l)
		fi;
		if
		:: leg[l].state == RESERVED -> census_enters(l)
		:: else
		fi;
		plan(l)
	fi
}

/* answered.lua */
inline answered(l, n)
{
	if
	:: leg[l].cseq == n && leg[l].state != ENDED -> leg[l].answer = 1
	:: else
	fi
}

/* ----- confirm.lua ----- */

inline late_ack(l)
{
	if
	:: BYES && !leg[l].to_tag && !leg[l].bare ->
		leg[l].to_tag = 1;
		leg[l].bye = BYES;
		bye_is_old(l); /* bye_after = 0, bye_cseq = '' */
		plan(l);
		sight(SEEN_LATE_ACK)
	:: else
	fi
}

inline confirm(l)
{
	if
	:: leg[l].state == ENDED -> late_ack(l)
	:: leg[l].state == RESERVED ->
		leg[l].state = CONFIRMED;
		leg[l].was_confirmed = 1;
		leg[l].to_tag = 1;
		leg[l].timer = TIMERS;
		if
		:: leg[l].place == HOST_NEXT -> take_over(l)
		:: else
		fi;
		if
		:: leg[l].place == PIN -> wish(l, ASK(1))
		:: else -> wish(l, MUSIC)
		fi;
		if
		:: leg[l].place == SEAT -> announce(l)
		:: else
		fi;
		settle()
	:: else
	fi
}

/* The 200 had an offer of ours, and the ACK has no answer. */
inline confirm_unanswered(l)
{
	if
	:: leg[l].state == ENDED -> late_ack(l)
	:: leg[l].state == RESERVED ->
		leg[l].state = CONFIRMED;
		leg[l].was_confirmed = 1;
		leg[l].to_tag = 1;
		seat_leave(l, 1);
		sight(SEEN_UNANSWERED)
	:: else
	fi
}

/* That of a re-INVITE without a description; its answer is another one than before. */
inline confirm_again(l)
{
	if
	:: leg[l].state == CONFIRMED && leg[l].awaits != 0 ->
		leg[l].sdp = leg[l].awaits;
		leg[l].awaits = 0;
		leg[l].was_ask = 0;
		leg[l].applied = STALE;
		plan(l);
		sight(SEEN_OURS)
	:: else
	fi
}

/* ----- digit.lua, include/pin.lua: a try is judged, or its time is over ----- */

#define IS_ASKED_PIN(l) (leg[l].place == PIN && leg[l].state == CONFIRMED)

inline pin_right(l)
{
	if
	:: IS_ASKED_PIN(l) ->
		leg[l].unproven = 0;
		take_over(l);
		wish(l, MUSIC);
		settle();
		sight(SEEN_PROVEN)
	:: else
	fi
}

inline pin_wrong(l)
{
	if
	:: IS_ASKED_PIN(l) && leg[l].want != ASK(PIN_TRIES) -> wish(l, leg[l].want + 1)
	:: else
	fi
}

/* The last try, or the caller's last of the hour. */
inline pin_over(l)
{
	if
	:: IS_ASKED_PIN(l) ->
		enter(l);
		settle();
		sight(SEEN_UNPROVEN)
	:: else
	fi
}

/* ----- leave.lua; `n` 0: of whichever INVITE ----- */

/* A CANCEL, or a decision that could not be delivered: it may come before its INVITE. */
inline leave_early(l, n)
{
	if
	:: leg[l].state == NO_LEG ->
		leg[l].state = ENDED;
		leg[l].bare = 1;
		leg[l].want = GONE;
		leg[l].applied = GONE;
		leg[l].cseq = n;
		leg[l].over = n;
		tidy(l);
		sight(SEEN_EARLY_CANCEL)
	:: leg[l].state != NO_LEG && leg[l].state != CONFIRMED && n > leg[l].cseq ->
		leg[l].cseq = n;
		if
		:: leg[l].state == ENDED -> leg[l].over = n
		:: else
		fi
	:: else
	fi;
	leave_reserved(l, n, 0)
}

inline leave_reserved(l, n, hangup)
{
	if
	:: leg[l].state == RESERVED && (n == 0 || leg[l].cseq == n) -> seat_leave(l, hangup)
	:: else
	fi
}

/* Its media could not be made. */
inline give_back(l, n)
{
	leave_reserved(l, n, 0)
}

/* The ACK has not come in time. */
inline expire(l)
{
	leave_reserved(l, 0, 1)
}

/* The caller has hung up. */
inline leave_bye(l)
{
	if
	:: BYES && leg[l].state != NO_LEG -> leg[l].to_tag = 1
	:: else
	fi;
	if
	:: leg[l].state == ENDED -> leg[l].bye = 0; plan(l)
	:: leg[l].state == RESERVED -> seat_leave(l, 0); sight(SEEN_EARLY_BYE)
	:: leg[l].state == CONFIRMED -> seat_leave(l, 0)
	:: else
	fi
}

/* Hung up by us: the API, or a caller who is dead. */
inline hang_up(l)
{
	if
	:: leg[l].state == RESERVED || leg[l].state == CONFIRMED -> seat_leave(l, 1)
	:: else
	fi
}

/* ----- next.lua, finish_all.lua ----- */

inline next_member()
{
	if
	:: line.seat != NOBODY -> ended = line.seat; seat_leave(ended, 1)
	:: else
	fi
}

inline finish_all()
{
	for (i : 1 .. LEGS) {
		if
		:: leg[i].queue -> finish(i, 1)
		:: else
		fi
	}
	former = line.seat;
	if
	:: former != NOBODY -> finish(former, 1)
	:: else
	fi;
	former = line.host_next;
	if
	:: former != NOBODY -> finish(former, 1)
	:: else
	fi;
	former = line.host;
	if
	:: former != NOBODY -> finish(former, 1)
	:: else
	fi;
	for (i : 1 .. LEGS) {
		if
		:: leg[i].pin -> finish(i, 1)
		:: else
		fi
	}
	i = 0
}

/* ----- alive.lua, probe.lua, probed.lua ----- */

inline alive(l)
{
	if
	:: leg[l].state == CONFIRMED ->
		leg[l].asked = 0;
		leg[l].doubt = 0;
		leg[l].late = 0;
		if
		:: leg[l].trial ->
			leg[l].trial = 0;
			plan(l);
			announce(l);
			settle();
			sight(SEEN_LIFE)
		:: else -> plan(l)
		fi
	:: else
	fi
}

inline probe(l)
{
	if
	:: leg[l].state == CONFIRMED -> leg[l].asked = 1; leg[l].doubt = 0; plan(l)
	:: else
	fi
}

inline probed(l)
{
	if
	:: leg[l].state == CONFIRMED -> leg[l].doubt = 1; plan(l)
	:: else
	fi
}

/* ----- bye_sent.lua, bye_done.lua ----- */

/* The outcome of one that is under way does not count any more (bye_cseq). */
inline bye_is_old(l)
{
	if
	:: caller[l].bye_now == 1 -> caller[l].bye_old = 1; sight(SEEN_OLD_BYE)
	:: else
	fi;
	caller[l].bye_now = 0
}

inline bye_sent(l)
{
	bye_is_old(l);
	caller[l].bye_now = 1;
	plan(l)
}

inline bye_done(l)
{
	caller[l].bye_now = 0;
	leg[l].bye = 0;
	plan(l)
}
