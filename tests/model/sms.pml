/*
 * What becomes of a line's messages: service/lua/include/message.lua, outbox.lua, sms_claim.lua, sms_result.lua,
 * sms_unclaim.lua, sms_report.lua, and the sms consumer (service/src/outbox.c). What is written, and when, is in line.pml: members take
 * part one after the other, and of each there is one "is now on" and one "has left" (its rule 5). So row 1 is the
 * first member's "is now on", row 2 its "has left", row 3 the second's, and so on, and the queue is in that order.
 *
 *   MEMBERS    who come and go one after the other
 *   ASKABLE    1: the provider can be asked (messagebird), 0: it cannot (webhook)
 *   RESEND_ON, RESEND_LEFT   1: the policy for a message that may have been taken is to send it again
 *   REPORTS    1: the provider reports what has become of a message
 *   LUCK       so many times something goes wrong: no answer, a refusal for now, a death, a pause
 */
#define ROWS (2 * MEMBERS)
#define IS_ON(r) ((r) % 2 == 1)
#define LEFT_OF(r) ((r) + 1)
#define RESENT(r) ((IS_ON(r) && RESEND_ON) || (!IS_ON(r) && RESEND_LEFT))
#define DOUBTS_MAX 3

/* message.status */
#define NOT_WRITTEN 0
#define QUEUED 1
#define SENDING 2
#define UNKNOWN 3
#define SENT 4
#define DELIVERED 5
#define FAILED 6
#define EXPIRED 7
#define CANCELLED 8

/* A request for it, or a question about it. */
#define NONE 0
#define CLAIMED 1  /* no byte has left */
#define ON_WIRE 2  /* the provider may take it */
#define TAKEN 3	   /* 2xx is on its way */
#define NOT_NOW 4  /* certainly not taken */
#define REFUSED 5  /* for good */
#define SILENT 6   /* no answer: it may have been taken */
#define QUESTION 7 /* it is asked for */

typedef row_t {
	unsigned status : 4;
	unsigned queue : 1;    /* it is in the line's queue */
	unsigned attempts : 3;
	unsigned doubts : 3;
	unsigned over : 1;     /* its member has left */
	unsigned request : 3;  /* of the last claim */
	unsigned old : 3;      /* of a claim before */
	unsigned copies : 3;   /* so many has the provider taken */
};
row_t row[ROWS + 1];

typedef line_t {
	unsigned due : 1;  /* it is in sms_due */
	unsigned present : 2; /* who is announced, and has not left */
	unsigned came : 2;
	unsigned luck : 3;     /* what has gone wrong so far */
	unsigned unlisted : 1; /* the provider has answered a question with something else than a list */
};
line_t line;

#ifdef SHORTEST /* a search in breadth allows for none that are hidden */
#define hidden
#endif
hidden byte i, first;

#define rule(n, holds) assert(n == 0 || (holds))
#define say(r, text) printf(text, (IS_ON(r) -> 'o' : 'l'), (r + 1) / 2)

#if MEMBERS == 1
#define EACH(test) (test(1) && test(2))
#define SOME(test) (test(1) || test(2))
#elif MEMBERS == 2
#define EACH(test) (test(1) && test(2) && test(3) && test(4))
#define SOME(test) (test(1) || test(2) || test(3) || test(4))
#endif

/* ----- include/message.lua ----- */

/* MOVES */
#define MAY_MOVE(from, to) \
	((from == QUEUED && to != QUEUED) || \
	 (from == SENDING && (to == QUEUED || to == UNKNOWN || to == SENT || to == DELIVERED || to == FAILED || to == CANCELLED)) || \
	 (from == UNKNOWN && (to == QUEUED || to == SENT || to == DELIVERED || to == FAILED || to == CANCELLED)) || \
	 (from == SENT && (to == DELIVERED || to == FAILED)) || \
	 ((from == FAILED || from == EXPIRED) && to == DELIVERED))

inline move(r, to)
{
	rule(11, MAY_MOVE(row[r].status, to));
	row[r].status = to
}

inline find_first()
{
	first = 0;
	for (i : 1 .. ROWS) {
		if
		:: first == 0 && row[i].queue -> first = i
		:: else
		fi
	}
	i = 0
}

/* message.done */
inline out_of_queue(r)
{
	find_first();
	row[r].queue = 0;
	if
	:: first == r -> find_first(); line.due = (first != 0)
	:: else
	fi
}

inline close_(r, to)
{
	move(r, to);
	out_of_queue(r)
}

inline leave_it(r)
{
	if
	:: row[r].status != UNKNOWN -> move(r, UNKNOWN)
	:: else
	fi;
	out_of_queue(r)
}

inline back(r)
{
	if
	:: !row[r].over -> move(r, QUEUED); line.due = 1
	:: row[r].over && row[r].doubts > 0 -> leave_it(r)
	:: else ->
		close_(r, CANCELLED);
		if
		:: row[LEFT_OF(r)].status == QUEUED -> close_(LEFT_OF(r), CANCELLED)
		:: else
		fi
	fi
}

inline decide(r)
{
	if
	:: RESENT(r) && !row[r].over && row[r].doubts < DOUBTS_MAX ->
		if
		:: row[r].status == SENDING -> move(r, UNKNOWN)
		:: else
		fi;
		move(r, QUEUED);
		line.due = 1
	:: else -> leave_it(r)
	fi
}

inline told(r, to)
{
	if
	:: row[r].attempts > 0 && MAY_MOVE(row[r].status, to) -> close_(r, to)
	:: else
	fi
}

/* ----- include/outbox.lua ----- */

inline write(r, spared)
{
	if
	:: spared -> row[r].status = CANCELLED
	:: else -> row[r].status = QUEUED; row[r].queue = 1; line.due = 1
	fi
}

/* outbox.left, with withdraw() */
inline write_left(r)
{
	find_first();
	if
	:: row[r].status == QUEUED && row[r].doubts == 0 -> close_(r, CANCELLED); write(LEFT_OF(r), 1)
	:: row[r].status == QUEUED && row[r].doubts > 0 -> leave_it(r); write(LEFT_OF(r), 0)
	:: else ->
		row[r].over = (first == r);
		write(LEFT_OF(r), 0)
	fi
}

/* ----- sms_claim.lua ----- */

/* Its claim has run out: it says nothing more, or what it says is not the last word. */
inline claim_again(r)
{
	row[r].old = (row[r].request >= TAKEN && row[r].request != QUESTION -> row[r].request : NONE)
}

inline take(r)
{
	claim_again(r);
	if
	:: row[r].status == QUEUED ->
		rule(14, !IS_ON(r) || row[LEFT_OF(r)].status == NOT_WRITTEN);
		move(r, SENDING);
		row[r].attempts++;
		row[r].request = CLAIMED;
		say(r, "%c%d is claimed, to be sent\n")
	:: row[r].status == SENDING ->
		row[r].doubts++;
		move(r, UNKNOWN);
		row[r].request = QUESTION;
		say(r, "%c%d its claim has lapsed\n")
	:: row[r].status == UNKNOWN ->
		row[r].request = QUESTION;
		say(r, "%c%d is claimed, to be asked for\n")
	fi
}

/* sms_unclaim.lua: the answer to its claim was lost, so nobody is sending it. */
inline unclaim(r)
{
	row[r].request = NONE;
	row[r].attempts--;
	back(r)
}

/* Too old */
inline put_aside(r)
{
	claim_again(r);
	row[r].request = NONE;
	if
	:: row[r].status == QUEUED && row[r].doubts == 0 -> close_(r, EXPIRED)
	:: else -> leave_it(r)
	fi;
	say(r, "%c%d is too old\n")
}

/* ----- sms_result.lua ----- */

#define IS_FIRST(r) (first == r)

/* `last`: it speaks of the last claim */
#define TAKEN_UP(r) (row[r].status == SENDING || (row[r].status == UNKNOWN && IS_FIRST(r)))

inline no_answer(r)
{
	if
	:: row[r].status == SENDING -> row[r].doubts++
	:: else
	fi;
	if
	:: !ASKABLE -> decide(r)
	:: ASKABLE && row[r].status == SENDING -> move(r, UNKNOWN); line.due = 1
	:: else -> line.due = 1
	fi
}

/* What the last claim has come to: it is not heard where somebody else has told more. */
inline result(r, what)
{
	find_first();
	if
	:: what == TAKEN -> told(r, SENT)
	:: what == NOT_NOW && TAKEN_UP(r) -> back(r)
	:: what == REFUSED && TAKEN_UP(r) -> close_(r, FAILED)
	:: what == SILENT && TAKEN_UP(r) -> no_answer(r)
	:: else
	fi
}

/* The provider was asked, and has an answer. */
inline absent(r)
{
	find_first();
	if
	:: TAKEN_UP(r) -> row[r].doubts = 0; back(r)
	:: else
	fi
}

/* ----- rules ----- */

/* 11. A message never goes back (move). 12. Unsent messages have their time. */
#define HAS_ITS_TIME(r) (!row[r].queue || line.due)
/* 13. Nothing goes out twice, but what the policy says, and that thrice at the most. */
#define MAY_GO_TWICE(r) (RESENT(r) && (!ASKABLE || line.unlisted))
#define AS_OFTEN_AS_MAY_BE(r) (row[r].copies <= (MAY_GO_TWICE(r) -> DOUBTS_MAX : 1))
/* 14. "Is now on" does not go out any more once its member has left (take). */
/* 15. A line's messages leave one at a time, in the order written (provider). */
/* 18. "Has left" does not go out of somebody who was not announced (provider). */
/* 16. What a message's state says of it is true. */
#define IS_TRUE(r) \
	((row[r].status != SENT && row[r].status != DELIVERED || row[r].copies > 0) && \
	 (row[r].status != CANCELLED && row[r].status != EXPIRED || row[r].copies == 0) && \
	 (row[r].status != UNKNOWN || row[r].attempts > 0))

/* So that fewer states differ: nobody asks what has become of a message that is through. */
inline tidy(r)
{
	if
	:: !REPORTS && row[r].status != NOT_WRITTEN && !row[r].queue && row[r].request == NONE && row[r].old == NONE ->
		row[r].status = SENT;
		row[r].attempts = 1;
		row[r].doubts = 0;
		row[r].over = 0;
		row[r].copies = 1
	:: else
	fi
}

inline check(r)
{
	rule(12, EACH(HAS_ITS_TIME));
	rule(13, EACH(AS_OFTEN_AS_MAY_BE));
	rule(16, EACH(IS_TRUE));
	tidy(r)
}

/* 17. Each message comes to an end, and nobody is at it any more. */
#define IS_AT_ITS_END(r) \
	(row[r].status != QUEUED && row[r].status != SENDING && !row[r].queue && row[r].request == NONE && row[r].old == NONE)

#include "sending.pml"
