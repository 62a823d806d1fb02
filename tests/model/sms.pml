/*
 * What becomes of a line's messages: service/lua/include/message.lua, outbox.lua, sms_claim.lua, sms_result.lua,
 * sms_report.lua, and the sms consumer (service/src/outbox.c). What is written, and when, is in line.pml: members take
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
	unsigned attempted : 1; /* attempts > 0 */
	unsigned doubts : 2;
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
	:: row[r].attempted && MAY_MOVE(row[r].status, to) -> close_(r, to)
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
		row[r].attempted = 1;
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
	 (row[r].status != UNKNOWN || row[r].attempted))

/* So that fewer states differ: nobody asks what has become of a message that is through. */
inline tidy(r)
{
	if
	:: !REPORTS && row[r].status != NOT_WRITTEN && !row[r].queue && row[r].request == NONE && row[r].old == NONE ->
		row[r].status = SENT;
		row[r].attempted = 1;
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

/* ----- who does what ----- */

/* The transitions of line.pml that write a message. */
proctype members()
{
end:	do
	:: d_step {
		line.present == 0 && line.came < MEMBERS ->
		line.came++;
		line.present = line.came;
		write(2 * line.came - 1, 0);
		say(2 * line.came - 1, "%c%d is written: a member is on\n");
		check(0) }
	:: d_step {
		line.present != 0 ->
		write_left(2 * line.present - 1);
		say(2 * line.present, "%c%d is written: the member has left\n");
		line.present = 0;
		check(0) }
	od
}

/* Something goes wrong. */
#define ALAS (line.luck < LUCK)
inline alas()
{
	line.luck++
}

#define BEFORE_IS(r, test) ((r <= 1 || test(1)) && (r <= 2 || test(2)) && (r <= 3 || test(3)))
#define IS_OUT(r) (!row[r].queue)
#define IS_THROUGH(r) \
	(row[r].copies > 0 || (!row[r].queue && row[r].request != CLAIMED && row[r].request != ON_WIRE))

inline provider_takes(r)
{
	rule(15, row[r].copies > 0 || BEFORE_IS(r, IS_THROUGH));
	rule(18, IS_ON(r) || row[r - 1].status != CANCELLED);
	row[r].copies++
}

/* The provider. What is on the wire it has taken, or not, long before the claim runs out (CLAIM_MS, outbox.c). */
proctype provider(byte r)
{
end:	do
	:: d_step {
		row[r].request == ON_WIRE ->
		provider_takes(r);
		row[r].request = TAKEN;
		say(r, "%c%d is taken\n");
		check(r) }
	:: d_step {
		row[r].request == ON_WIRE && ALAS ->
		alas();
		provider_takes(r);
		row[r].request = SILENT;
		say(r, "%c%d is taken, and nobody says so\n");
		check(r) }
	:: d_step {
		row[r].request == ON_WIRE && ALAS ->
		alas();
		row[r].request = SILENT;
		say(r, "%c%d is lost, and nobody says so\n") }
	:: d_step {
		row[r].request == ON_WIRE && ALAS ->
		alas();
		row[r].request = NOT_NOW;
		say(r, "%c%d is not taken now\n") }
	:: d_step {
		row[r].request == ON_WIRE && ALAS ->
		alas();
		row[r].request = REFUSED;
		say(r, "%c%d is refused\n") }
	/* delivery reports, at any time */
	:: d_step {
		REPORTS && row[r].copies > 0 && MAY_MOVE(row[r].status, DELIVERED) ->
		told(r, DELIVERED);
		say(r, "%c%d has arrived\n");
		check(r) }
	:: d_step {
		REPORTS && row[r].copies == 1 && MAY_MOVE(row[r].status, FAILED) ->
		told(r, FAILED);
		say(r, "%c%d will not arrive\n");
		check(r) }
	od
}

/* It is the line's first, and its time has come: nobody is at it, or who is has been silent for too long. */
#define MAY_BE_CLAIMED(r) \
	(line.due && row[r].queue && BEFORE_IS(r, IS_OUT) && \
	 (row[r].request == NONE || (row[r].request != ON_WIRE && ALAS)))

inline pay_for_lapse(r)
{
	if
	:: row[r].request != NONE -> alas()
	:: else
	fi
}

/* The sms consumer, and what it has under way of one message. */
proctype consumer(byte r)
{
end:	do
	:: d_step { MAY_BE_CLAIMED(r) -> pay_for_lapse(r); take(r); check(r) }
	:: d_step { MAY_BE_CLAIMED(r) -> pay_for_lapse(r); put_aside(r); check(r) }
	:: d_step { row[r].request == CLAIMED -> row[r].request = ON_WIRE; say(r, "%c%d is on the wire\n") }
	:: d_step { row[r].request == CLAIMED && ALAS -> alas(); row[r].request = NOT_NOW; say(r, "%c%d cannot be sent now\n") }
	:: d_step {
		row[r].request >= TAKEN && row[r].request != QUESTION ->
		result(r, row[r].request);
		row[r].request = NONE;
		say(r, "%c%d what came of it is recorded\n");
		check(r) }
	:: d_step {
		row[r].old != NONE ->
		if
		:: row[r].old == TAKEN -> told(r, SENT)
		:: else
		fi;
		row[r].old = NONE;
		say(r, "%c%d what came of the claim before is recorded\n");
		check(r) }
	:: d_step {
		row[r].request != NONE && row[r].request != ON_WIRE && ALAS ->
		alas();
		row[r].request = NONE;
		say(r, "%c%d whoever was at it dies\n");
		check(r) }
	/* it is asked for */
	:: d_step {
		ASKABLE && row[r].request == QUESTION && row[r].copies > 0 ->
		row[r].request = NONE;
		told(r, SENT);
		say(r, "%c%d the provider has it\n");
		check(r) }
	:: d_step {
		ASKABLE && row[r].request == QUESTION && row[r].copies == 0 ->
		row[r].request = NONE;
		absent(r);
		say(r, "%c%d the provider does not have it\n");
		check(r) }
	:: d_step {
		ASKABLE && row[r].request == QUESTION && ALAS ->
		alas();
		row[r].request = NONE;
		result(r, SILENT);
		say(r, "%c%d the provider does not say whether it has it\n");
		check(r) }
	:: d_step {
		row[r].request == QUESTION && (!ASKABLE || ALAS) ->
		if
		:: ASKABLE -> alas(); line.unlisted = 1
		:: else
		fi;
		row[r].request = NONE;
		find_first();
		if
		:: TAKEN_UP(r) -> decide(r)
		:: else
		fi;
		say(r, "%c%d cannot be asked for\n");
		check(r) }
	od
}

proctype last()
{
end:	timeout ->
	d_step {
		rule(17, EACH(IS_AT_ITS_END));
		printf("-- all messages are at their end\n")
	}
}

init {
	byte n;

	atomic {
		run members();
		for (n : 1 .. ROWS) {
			run provider(n);
			run consumer(n)
		}
		run last();
		n = 0
	}
}
