/*
 * The transitions of service/lua, one inline for each script, with the names that they have there. Whoever calls
 * one does so in a d_step, as Redis does, and the rules (rules.pml) are checked at its end.
 *
 * Time is left out: what a script does by the clock, its callers do at some time, or never.
 */

/* ----- include/agenda.lua ----- */

#define DIFFERS(l) (leg[l].want != leg[l].applied)
#define TO_DO(l) \
	(leg[l].state == RESERVED || DIFFERS(l) || leg[l].doubt || leg[l].bye || leg[l].place == PIN || leg[l].trial || \
	 leg[l].timer || leg[l].offer != KNOWS)

inline plan(l)
{
	leg[l].agenda = TO_DO(l)
}

/* agenda.want */
inline wish(l, what)
{
	if
	:: leg[l].want != what -> leg[l].want = what; plan(l)
	:: else
	fi
}

/* A fresh leg that is to hear music stays fresh. */
#define FRESH(l, what) (leg[l].applied == NOTHING && what == MUSIC)

inline open_(l)
{
	if
	:: leg[l].applied == OPEN || FRESH(l, leg[l].want)
	:: else -> leg[l].applied = OPEN; leg[l].agenda = 1
	fi
}

#define CLOSES(l, what) (leg[l].applied == OPEN || FRESH(l, what))

/* ----- include/outbox.lua: one recipient; what becomes of a message is in sms.pml ----- */

inline write_on(l)
{
	if
	:: !leg[l].on ->
		rule(5, line.told == NOBODY && !leg[l].left);
		leg[l].on = 1;
		line.told = l
	:: else
	fi
}

inline write_left(l)
{
	if
	:: !leg[l].left ->
		rule(5, line.told == l && leg[l].on);
		leg[l].left = 1;
		line.told = NOBODY
	:: else
	fi
}

/* ----- include/seat.lua ----- */

inline settle()
{
	if
	:: line.host != NOBODY && TAKES_PART(line.seat) ->
		wish(line.host, TALK(line.seat));
		wish(line.seat, TALK(line.host))
	:: line.host != NOBODY && !TAKES_PART(line.seat) ->
		wish(line.host, MUSIC)
	:: line.host == NOBODY && TAKES_PART(line.seat) ->
		wish(line.seat, MUSIC)
	:: else
	fi
}

inline announce(l)
{
	if
	:: !leg[l].announced -> leg[l].announced = 1; write_on(l)
	:: else
	fi
}

/* ZPOPMIN of the queue */
inline pop_head()
{
	head = NOBODY;
	for (i : 1 .. LEGS) {
		if
		:: leg[i].queue && (head == NOBODY || leg[i].arrival < leg[head].arrival) -> head = i
		:: else
		fi
	}
	i = 0;
	leg[head].queue = 0
}

inline admit()
{
	pop_head();
	if
	:: head != NOBODY ->
		line.seat = head;
		leg[head].place = SEAT;
		leg[head].trial = (leg[head].state == CONFIRMED && !leg[head].announced);
		if
		:: leg[head].trial -> sight(SEEN_TRIAL)
		:: else
		fi;
		say(head, "%c%d is let in\n");
		plan(head)
	:: else
	fi
}

/* ----- include/census.lua ----- */

inline census_enters(l)
{
	leg[l].counted = 1;
	line.calls++
}

inline census_leaves(l)
{
	if
	:: leg[l].counted -> leg[l].counted = 0; line.calls--
	:: else
	fi
}

/* census.limit */
#define HAS_PLACE(l) (leg[l].place != NOWHERE)
#define LINE_IS_FULL (MAX_CALLS > 0 && COUNT(HAS_PLACE) >= MAX_CALLS)

inline vacate(l)
{
	if
	:: leg[l].place == QUEUED -> leg[l].queue = 0
	:: leg[l].place == PIN -> leg[l].pin = 0
	:: leg[l].place == HOST -> line.host = NOBODY
	:: leg[l].place == HOST_NEXT -> line.host_next = NOBODY
	:: leg[l].place == SEAT -> line.seat = NOBODY
	:: else
	fi
}

inline finish(l, hangup)
{
	leg[l].want = GONE;
	leg[l].state = ENDED;
	leg[l].bye = hangup && BYES;
	vacate(l);
	leg[l].place = NOWHERE;
	leg[l].trial = 0;
	leg[l].doubt = 0;
	leg[l].offer = KNOWS;
	leg[l].asked = 0;
	leg[l].timer = 0;
	leg[l].late = 0;
	leg[l].over = leg[l].cseq;
	census_leaves(l);
	plan(l);
	if
	:: leg[l].announced -> write_left(l)
	:: else
	fi;
	tidy(l)
}

/* So that fewer states differ: what nobody looks at any more once a leg has ended is forgotten, and arrivals, of which
 * only the order counts, are numbered anew. */
inline tidy(l)
{
	if
	:: leg[l].arrival != 0 ->
		for (k : 1 .. LEGS) {
			if
			:: leg[k].arrival > leg[l].arrival -> leg[k].arrival--
			:: else
			fi
		}
		k = 0;
		leg[l].arrival = 0;
		line.arrivals--
	:: else
	fi;
	leg[l].ask = 0;
	leg[l].last_ask = 0;
	leg[l].was_ask = 0;
	leg[l].awaits = 0;
	leg[l].sdp = 0;
	leg[l].was_sdp = 0;
	leg[l].described = 0;
	leg[l].offer_now = 0;
	leg[l].member = 0;
	leg[l].unproven = 0;
#if CONSUMERS
	leg[l].announced = 0;
	leg[l].on = 0;
	leg[l].left = 0;
#if TRIES == 1
	leg[l].was_confirmed = 0;
#if !BYES
	leg[l].to_tag = 0;
	leg[l].refused = 0;
	leg[l].bare = 0
#endif
#endif
#else
	skip
#endif
}

/* What the line says happens to the seated member when the host leaves. */
inline on_host_leave(l)
{
#if ON_HOST_LEAVE == END_MEMBER
	finish(l, 1);
	sight(SEEN_END_MEMBER)
#elif ON_HOST_LEAVE == REQUEUE_MEMBER
	vacate(l);
	leg[l].queue = 1;
	leg[l].place = QUEUED;
	sight(SEEN_REQUEUE_MEMBER)
#else
	sight(SEEN_KEEP_MEMBER)
#endif
}

/* The leg is the host from now on. */
inline take_over(l)
{
	former = line.host;
	if
	:: former != NOBODY -> finish(former, 1); sight(SEEN_TAKE_OVER)
	:: else
	fi;
	vacate(l);
	line.host = l;
	leg[l].place = HOST;
	leg[l].member = 0
}

/* One that was neither host nor member comes in as a member, behind those who wait. */
inline enter(l)
{
	leg[l].member = 1;
	waiting();
	if
	:: line.seat != NOBODY && was >= MAX_WAITING -> finish(l, 1)
	:: else ->
		vacate(l);
		line.arrivals++;
		leg[l].arrival = line.arrivals;
		leg[l].queue = 1;
		leg[l].place = QUEUED;
		wish(l, MUSIC);
		if
		:: line.seat == NOBODY -> admit()
		:: else
		fi
	fi
}

inline seat_leave(l, hangup)
{
	was = leg[l].place;
	finish(l, hangup);
	former = line.seat;
	if
	:: was == HOST && TAKES_PART(former) -> on_host_leave(former)
	:: else
	fi;
	if
	:: line.seat == NOBODY -> admit()
	:: else
	fi;
	settle()
}
