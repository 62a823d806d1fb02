/*
 * Who does what to the messages of sms.pml: members, the provider, the sms consumer.
 */

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
	:: d_step {
		row[r].request == CLAIMED && row[r].status == SENDING && ALAS ->
		alas();
		unclaim(r);
		say(r, "%c%d is nobody's: the answer to the claim was lost\n");
		check(r) }
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
