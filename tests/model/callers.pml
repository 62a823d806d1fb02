/*
 * CALLERS REAL: for each leg a phone, its transaction and reports at Kamailio (kamailio-cfg/invite.cfg, dialog.cfg,
 * resend.cfg), and the handlers of its INVITEs in execlined (hooks_invite.c). Each step is one thing that happens in
 * one place; what is between the places takes any time, and reports are repeated until they are taken.
 */
#define MAY_BEGIN(l) (l == 1 || l == HOSTS + 1 || caller[l - 1].phone != IDLE)

/* Kamailio answers INVITE number n, unless it has done so; one that has vanished hears nothing. */
#define WAITS(l, n) (caller[l].tries == n && caller[l].waits)
inline final_answer(l, n, then)
{
	if
	:: WAITS(l, n) && caller[l].phone == CALLING -> caller[l].waits = 0; caller[l].phone = then
	:: WAITS(l, n) && caller[l].phone != CALLING -> caller[l].waits = 0
	:: else
	fi
}

/* No decision, for Kamailio: 503, and a report that nobody waits for it any more. */
#define UNDECIDED(l, n) \
	if \
	:: WAITS(l, n) -> caller[l].cancel##n = 1 \
	:: else \
	fi; \
	final_answer(l, n, REFUSED)

/* INVITE number n, its handler, and what Kamailio has to tell of it */
#define INVITE(l, n) \
	:: d_step { \
		caller[l].try##n == ASKED -> \
		join(l, n, ROLE(l)); \
		if \
		:: ACCEPTED(l, n) -> caller[l].try##n = JOINED; say(l, "%c%d INVITE accepted\n") \
		:: else -> caller[l].try##n = DECIDED; final_answer(l, n, REFUSED); say(l, "%c%d INVITE refused\n") \
		fi; \
		rest(l) } \
	:: d_step { \
		caller[l].try##n == JOINED -> \
		make_media(l); \
		answered(l, n); \
		caller[l].try##n = MADE; \
		say(l, "%c%d its media are made\n") } \
	:: d_step { \
		REFUSALS && caller[l].try##n == JOINED -> \
		make_media(l); \
		caller[l].try##n = DECIDED; \
		give_back(l, n); \
		final_answer(l, n, REFUSED); \
		say(l, "%c%d its media are half made: 503\n"); \
		rest(l) } \
	:: d_step { \
		CRASHES && (caller[l].try##n == ASKED || caller[l].try##n == JOINED || caller[l].try##n == MADE) -> \
		caller[l].try##n = DECIDED; \
		UNDECIDED(l, n); \
		say(l, "%c%d its handler dies\n"); \
		rest(l) } \
	:: d_step { \
		caller[l].try##n == MADE -> \
		caller[l].try##n = DECIDED; \
		final_answer(l, n, ANSWERED); \
		say(l, "%c%d 200\n"); \
		rest(l) } \
	/* Kamailio has waited for long enough */ \
	:: d_step { WAITS(l, n) && caller[l].try##n != DECIDED -> UNDECIDED(l, n); say(l, "%c%d 503, no decision came\n") } \
	/* the caller gives up, before the 200 or when it is on its way */ \
	:: d_step { \
		caller[l].phone == CALLING && WAITS(l, n) -> \
		caller[l].cancel##n = 1; \
		final_answer(l, n, REFUSED); \
		say(l, "%c%d CANCEL\n"); \
		rest(l) } \
	:: d_step { \
		caller[l].phone == ANSWERED && caller[l].tries == n && !caller[l].crossed -> \
		caller[l].crossed = 1; \
		caller[l].cancel##n = 1; \
		say(l, "%c%d CANCEL, which crosses the 200\n") } \
	:: d_step { \
		caller[l].cancel##n -> \
		leave_early(l, n); \
		caller[l].cancel##n = 0; \
		say(l, "%c%d CANCEL, or that it was not answered, is told\n"); \
		rest(l) } \
	:: d_step { REPEATS && caller[l].cancel##n -> leave_early(l, n); say(l, "%c%d the same is told, and will be again\n") }

/* Whether its ACK was lost does not matter any more. */
inline not_lost(l)
{
	if
	:: caller[l].lost -> caller[l].lost = 0; caller[l].crossed = 0
	:: else
	fi
}

/* Our BYE arrives. Before the 200 it is answered 481, and the phone's ACK is to come. */
inline bye_arrives(l)
{
	if
	:: caller[l].phone == UP || caller[l].phone == ANSWERED -> caller[l].phone = OFF; not_lost(l)
	:: else
	fi
}

/* Nothing will happen to this caller any more: so that fewer states differ. */
#define WILL_TRY_AGAIN(l) (caller[l].phone == REFUSED && caller[l].tries < TRIES)
inline rest(l)
{
	if
	:: IS_TOLD(l) && leg[l].state == ENDED && caller[l].phone >= OFF && !WILL_TRY_AGAIN(l) ->
		caller[l].phone = OFF;
		caller[l].crossed = 0;
		caller[l].noise = 0;
		caller[l].was_late = 0;
		caller[l].tries = 1;
		leg[l].to_tag = 1;
		leg[l].was_confirmed = 0;
		leg[l].refused = 0;
		leg[l].bare = 0;
		leg[l].answer = 0;
		leg[l].cseq = 1;
		leg[l].over = 1
	:: else
	fi
}

proctype caller_of(byte l)
{
end:	do
	:: d_step {
		caller[l].phone == IDLE && MAY_BEGIN(l) ->
		caller[l].phone = CALLING;
		caller[l].waits = 1;
		caller[l].tries = 1;
		caller[l].try1 = ASKED;
		say(l, "%c%d sends an INVITE\n") }
	INVITE(l, 1)
#if TRIES > 1
	:: d_step {
		caller[l].phone == REFUSED && caller[l].tries == 1 ->
		caller[l].phone = CALLING;
		caller[l].waits = 1;
		caller[l].tries = 2;
		caller[l].try2 = ASKED;
		say(l, "%c%d tries again: INVITE, CSeq 2\n") }
	INVITE(l, 2)
#endif
	:: d_step { caller[l].phone == ANSWERED -> caller[l].phone = UP; caller[l].crossed = 0; caller[l].ack = 1; say(l, "%c%d sends an ACK\n") }
	/* not where our BYE has come before the 200, and is answered: the 200 will be repeated, and its ACK */
	:: d_step {
		caller[l].phone == ANSWERED &&
		(leg[l].state == RESERVED || caller[l].crossed || (leg[l].bye && caller[l].bye_now != 2)) ->
		caller[l].phone = UP;
		caller[l].lost = 1;
		say(l, "%c%d sends an ACK, which is lost\n") }
	:: d_step { caller[l].phone == UP -> caller[l].phone = OFF; not_lost(l); caller[l].bye = 1; say(l, "%c%d sends a BYE\n") }
	:: d_step {
		caller[l].phone == CALLING || caller[l].phone == ANSWERED || caller[l].phone == UP ->
		caller[l].phone = VANISHED;
		not_lost(l);
		say(l, "%c%d vanishes\n");
		rest(l) }
#if TIMERS
	:: d_step {
		caller[l].phone == UP ->
		caller[l].phone = VANISHED;
		not_lost(l);
		caller[l].noise = 1;
		say(l, "%c%d vanishes, and its audio goes on\n") }
	:: d_step {
		leg[l].timer && !leg[l].late && (!caller[l].was_late || caller[l].phone >= OFF) ->
		leg[l].late = 1;
		caller[l].was_late = 1;
		say(l, "%c%d has not refreshed the session\n") }
#endif
	:: d_step { caller[l].ack -> confirm(l); caller[l].ack = 0; say(l, "%c%d ACK is told\n"); rest(l) }
	:: d_step { caller[l].bye -> leave_bye(l); caller[l].bye = 0; say(l, "%c%d BYE is told\n"); rest(l) }
#if REPEATS
	:: d_step { caller[l].ack -> confirm(l); say(l, "%c%d ACK is told, and will be again\n") }
	:: d_step { caller[l].bye -> leave_bye(l); say(l, "%c%d BYE is told, and will be again\n") }
#endif
	/* the ACK has not come in time: of a phone that has vanished, or whose ACKs are lost */
	:: d_step {
		leg[l].state == RESERVED && !IN_THE_MAKING(l) && !caller[l].waits ->
		if
		:: caller[l].lost -> sight(SEEN_LOST_ACK)
		:: else
		fi;
		expire(l);
		say(l, "%c%d no ACK in time\n");
		rest(l) }
#if APIS
	:: d_step { HERE(l) -> hang_up(l); say(l, "%c%d hung up by the API\n") }
#endif
#if CONSUMERS == 0
	:: d_step { leg[l].bye && caller[l].bye_now == 0 -> bye_sent(l); say(l, "%c%d is sent a BYE\n") }
#endif
	:: d_step { caller[l].bye_now == 1 -> bye_arrives(l); caller[l].bye_now = 2; say(l, "%c%d gets our BYE\n") }
	:: d_step {
		caller[l].bye_now == 1 && caller[l].phone == ANSWERED ->
		caller[l].bye_now = 2;
		sight(SEEN_BYE_TOO_EARLY);
		say(l, "%c%d gets our BYE before the 200: 481\n") }
	:: d_step { caller[l].bye_old -> bye_arrives(l); caller[l].bye_old = 0; say(l, "%c%d gets an old BYE\n"); rest(l) }
	:: d_step { caller[l].bye_old -> caller[l].bye_old = 0; say(l, "%c%d gets an old BYE, before the 200\n"); rest(l) }
	:: d_step { caller[l].bye_now == 2 -> bye_done(l); say(l, "%c%d our BYE is answered\n"); rest(l) }
#if CRASHES
	:: d_step { caller[l].bye_now == 2 -> caller[l].bye_now = 0; say(l, "%c%d nobody hears the answer to our BYE\n") }
#endif
#if TRIES > 1
	:: d_step { caller[l].offer && caller[l].phone < OFF -> offer_taken(l); say(l, "%c%d takes our offer\n") }
	:: d_step { caller[l].offer && caller[l].phone >= OFF -> offer_dead(l); say(l, "%c%d does not answer our offer\n") }
	:: d_step { CRASHES && caller[l].offer -> caller[l].offer = 0; say(l, "%c%d nobody hears what becomes of our offer\n") }
#endif
#if TRIALS == 0
	:: d_step { leg[l].trial && caller[l].phone == UP -> alive(l); say(l, "%c%d is alive\n") }
	:: d_step {
		leg[l].state == CONFIRMED && caller[l].phone == VANISHED ->
		if
		:: leg[l].trial -> sight(SEEN_DEATH)
		:: else
		fi;
		hang_up(l);
		say(l, "%c%d is dead\n");
		rest(l) }
#else
	:: d_step {
		caller[l].options && caller[l].phone < OFF ->
		caller[l].options = 0;
		alive(l);
		sight(SEEN_MUTED);
		say(l, "%c%d answers our OPTIONS\n") }
	:: d_step {
		caller[l].options && caller[l].phone >= OFF ->
		caller[l].options = 0;
		probed(l);
		say(l, "%c%d OPTIONS was not answered, or by 481\n") }
#if CRASHES
	:: d_step {
		caller[l].options ->
		caller[l].options = 0;
		leg[l].asked = 0; /* its time will come */
		say(l, "%c%d nobody hears what becomes of OPTIONS\n") }
#endif
#endif
	od
}

/* When nothing can happen any more, nothing is left. */
proctype last()
{
end:	timeout ->
	d_step {
		rule(7, EACH(IS_GONE));
		rule(7, EACH(IS_TOLD));
		rule(7, EACH(AGREE));
		printf("-- everybody is gone\n")
	}
}
