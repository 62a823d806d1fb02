/*
 * CALLERS FREE: whatever Kamailio and the API may tell, at any time, in any order, again and again. More than can
 * happen, so what holds here holds for any phone, carrier and network; and cheap, since nothing has to be remembered.
 *
 * Legs of a kind are alike: one is touched only after the one before it has been.
 */
#define MAY_BEGIN(l) (l == 1 || l == HOSTS + 1 || leg[l - 1].state != NO_LEG)

/* Where there are consumers, what would change nothing is left out: it is searched where there are none. */
#if CONSUMERS
#define MAY_ACK(l) (media[l].call && caller[l].try1 == DECIDED && (leg[l].state == RESERVED || (BYES && leg[l].state == ENDED)))
#define MAY_CANCEL(l) (MAY_BEGIN(l) && (leg[l].state == NO_LEG || leg[l].state == RESERVED))
#define MAY_END(l) (HERE(l) || leg[l].bye)
#else
#define MAY_ACK(l) (MAY_BEGIN(l))
#define MAY_CANCEL(l) (MAY_BEGIN(l))
#define MAY_END(l) (true)
#endif

#define MAY_ASK(l) (HERE(l) && leg[l].last_ask < UPDATES)

proctype events(byte l)
{
end:	do
#if CONSUMERS
	/* the INVITE, and its handler: what it has made is there even if the leg has ended meanwhile */
	:: d_step {
		MAY_BEGIN(l) && caller[l].try1 == NOT_ASKED ->
		join(l, 1, ROLE(l));
		caller[l].try1 = (ACCEPTED(l, 1) -> JOINED : DECIDED);
		say(l, "%c%d INVITE\n") }
	:: d_step {
		caller[l].try1 == JOINED ->
		if
		:: leg[l].state == ENDED -> sight(SEEN_MAKING)
		:: else
		fi;
		make_media(l);
		answered(l, 1);
		caller[l].try1 = DECIDED;
		say(l, "%c%d its media are made\n") }
	:: d_step {
		caller[l].try1 == JOINED ->
		make_media(l);
		caller[l].try1 = DECIDED;
		give_back(l, 1);
		say(l, "%c%d its media are half made; the place is given back\n") }
#if PINS
	:: d_step {
		MAY_BEGIN(l) && IS_HOST(l) && caller[l].try1 == NOT_ASKED ->
		join(l, 1, UNPROVEN);
		caller[l].try1 = (ACCEPTED(l, 1) -> JOINED : DECIDED);
		say(l, "%c%d INVITE, to be proven\n") }
	:: d_step {
		MAY_BEGIN(l) && IS_HOST(l) && caller[l].try1 == NOT_ASKED ->
		join(l, 1, AS_MEMBER);
		caller[l].try1 = (ACCEPTED(l, 1) -> JOINED : DECIDED);
		say(l, "%c%d INVITE, with too many wrong PINs before\n") }
#endif
	:: d_step { CRASHES && caller[l].try1 == JOINED -> caller[l].try1 = DECIDED; say(l, "%c%d its handler dies\n") }
#else
	:: d_step { MAY_BEGIN(l) -> join(l, 1, ROLE(l)); say(l, "%c%d INVITE\n") }
#if PINS
	:: d_step { MAY_BEGIN(l) && IS_HOST(l) -> join(l, 1, UNPROVEN); say(l, "%c%d INVITE, to be proven\n") }
	:: d_step { MAY_BEGIN(l) && IS_HOST(l) -> join(l, 1, AS_MEMBER); say(l, "%c%d INVITE, with too many wrong PINs before\n") }
#endif
	:: d_step { leg[l].bye -> bye_done(l); say(l, "%c%d our BYE is answered\n") }
#endif
	:: d_step { MAY_ACK(l) -> confirm(l); say(l, "%c%d ACK\n") }
	:: d_step { MAY_ACK(l) -> confirm_unanswered(l); say(l, "%c%d ACK, which lacks the answer to our offer\n") }
	:: d_step { MAY_CANCEL(l) -> leave_early(l, 1); say(l, "%c%d CANCEL\n") }
	:: d_step { MAY_END(l) -> leave_bye(l); say(l, "%c%d BYE\n") }
	:: d_step { leg[l].state == RESERVED -> expire(l); say(l, "%c%d no ACK in time\n") }
	:: d_step { MAY_END(l) -> hang_up(l); say(l, "%c%d hung up by us\n") }
#if TRIALS == 0
	:: d_step { leg[l].trial -> alive(l); say(l, "%c%d is alive\n") }
#endif
#if PINS
	:: d_step { IS_ASKED_PIN(l) -> pin_right(l); say(l, "%c%d gives the PIN\n") }
	:: d_step { IS_ASKED_PIN(l) -> pin_wrong(l); say(l, "%c%d gives another PIN, or none\n") }
	:: d_step { IS_ASKED_PIN(l) -> pin_over(l); say(l, "%c%d gives another PIN, or none, once too often\n") }
#endif
#if UPDATES
	:: d_step { MAY_ASK(l) -> update(l, leg[l].last_ask + 1, 0); say(l, "%c%d re-INVITE\n") }
	:: d_step { MAY_ASK(l) && leg[l].awaits != 0 -> update(l, leg[l].last_ask + 1, 1); say(l, "%c%d UPDATE\n") }
	:: d_step { MAY_ASK(l) -> update_ours(l, leg[l].last_ask + 1); say(l, "%c%d re-INVITE without a description\n") }
	:: d_step { leg[l].awaits != 0 -> confirm_again(l); say(l, "%c%d ACK, with another description\n") }
	:: d_step { leg[l].awaits != 0 -> leg[l].awaits = 0; plan(l); say(l, "%c%d ACK without an answer, or none\n") }
	:: d_step { MAY_ASK(l) -> withdraw(l, leg[l].last_ask + 1, 1); say(l, "%c%d what is to come is cancelled\n") }
	:: d_step { leg[l].was_ask != 0 -> withdraw(l, leg[l].was_ask, 1); say(l, "%c%d it is cancelled, or not answered in time\n") }
	:: d_step { leg[l].was_ask != 0 -> withdraw(l, leg[l].was_ask, 0); say(l, "%c%d its answer is not delivered\n") }
#endif
#if LOSSES
	:: d_step {
		rtpengine.losses < LOSSES && media[l].call && HERE(l) ->
		rtpengine.losses++;
		delete(l);
		media[l].lost = 1;
		say(l, "%c%d is lost by rtpengine\n") }
#endif
#if LOSSES || UPDATES
	:: d_step { caller[l].offer -> offer_taken(l); say(l, "%c%d takes our offer\n") }
	:: d_step {
		caller[l].offer && leg[l].sdp != IN_ANSWER ->
		offer_taken_anew(l);
		say(l, "%c%d takes our offer, and describes something else\n") }
	:: d_step { caller[l].offer -> offer_again(l); say(l, "%c%d does not take our offer now\n") }
	:: d_step { caller[l].offer -> offer_refused(l); say(l, "%c%d refuses our offer for the third time\n") }
	:: d_step { CRASHES && caller[l].offer -> caller[l].offer = 0; say(l, "%c%d nobody hears what becomes of our offer\n") }
#endif
	od
}

/* The API, for the whole line. */
proctype operator()
{
end:	do
	:: d_step { line.seat != NOBODY -> next_member(); printf("-- next\n") }
	:: d_step { SOME(HERE) -> finish_all(); printf("-- end\n") }
	od
}
