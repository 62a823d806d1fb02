"""Media that rtpengine has lost, and callers who are told where they are now."""

import redis

from ..world import START_MS, TAG, case, same
from .consumer import answer_of

AGAIN_MS = 17000
AWAIT_MS = 32000  # for the ACK with the answer to an offer of ours


def lose(w, leg):
    return w.do("media_lost", leg)


def remade(w, leg, want="music"):
    """The consumer has made them anew, elsewhere."""
    w.do("due")
    w.do("applied", leg, want, f"new answer of {leg}", "", "1")


def settled(w, *legs):
    w.call(*legs)
    w.apply_all()
    w.expect_agenda()


def offer(w, leg):
    return w.do("offer_sent", leg, w.now + AGAIN_MS)


def owed(w, leg):
    seen = w.stored(leg)
    return seen.get("offer", ""), seen.get("offer_cseq", "")


@case
def lost_media_are_made_anew_once(w):
    settled(w, "anna")
    w.wait(1000)
    same(lose(w, "anna"), ["lost", "anna@phone", "main"], "lost")
    w.expect_agenda(anna=1000)
    same(lose(w, "anna"), ["kept"], "found again before it is made")
    remade(w, "anna")
    same(lose(w, "anna"), ["lost", "anna@phone", "main"], "lost again")


@case
def media_that_were_lost_before_the_music_are_known_to_be_made_anew(w):
    """Else a consumer that died after it had made them would find them as the INVITE had made them, it would seem."""
    w.call("anna")
    same(lose(w, "anna"), ["lost", "anna@phone", "main"], "lost before the music")
    same(w.stored("anna")["applied"], "stale", "applied")
    w.do("due")  # they are made anew, elsewhere, and the consumer dies
    same(w.stored("anna")["applied"], "open", "applied, when the next one looks")
    same(lose(w, "anna"), ["kept"], "somebody is at it")
    remade(w, "anna")
    same(owed(w, "anna")[0], "due", "the caller is to be told")


@case
def only_media_of_who_is_there_can_be_lost(w):
    same(lose(w, "nobody"), ["kept"], "no leg")
    w.invite("anna")
    same(lose(w, "anna"), ["kept"], "before the ACK they may be in the making")
    w.ack("anna")
    w.apply_all()
    w.bye("anna")
    same(lose(w, "anna"), ["kept"], "they are being deleted")
    w.apply_all()
    same(lose(w, "anna"), ["kept"], "they are deleted")


@case
def caller_whose_media_moved_is_told(w):
    settled(w, "anna")
    lose(w, "anna")
    w.wait(10)
    remade(w, "anna")
    w.expect_agenda(anna=10)
    same(owed(w, "anna"), ("due", ""), "owed")
    same(offer(w, "anna"), [1, 1], "CSeq, and how many")
    w.expect_agenda(anna=10 + AGAIN_MS)
    w.wait(50)
    same(w.do("offer_done", "anna", 1, "taken", w.now, 200), "ok", "taken")
    w.expect_agenda()
    same(owed(w, "anna"), ("", ""), "owed")
    same(w.do("offer_done", "anna", 1, "taken", w.now, 200), "stale", "the same outcome again")
    same(w.view().watch["anna"], START_MS + 60, "an answer is a sign of life")


@case
def media_that_stay_are_not_told(w):
    settled(w, "anna")
    lose(w, "anna")
    w.do("due")
    w.do("applied", "anna", "music", "answer", "", "")
    w.expect_agenda()
    same(offer(w, "anna"), [], "nothing is owed")


@case
def answer_of_the_caller_is_applied(w):
    settled(w, "anna")
    remade_after_loss(w, "anna")
    offer(w, "anna")
    w.do("offer_done", "anna", 1, "taken", w.now, 200, "their answer", "sip:elsewhere")
    seen = w.stored("anna")
    same([seen[f] for f in ("sdp", "outline", "contact", "applied")],
         ["their answer", "outline of their answer", "sip:elsewhere", "stale"], "taken")  # fmt: skip
    w.expect_agenda(anna=0)
    w.apply_all()
    w.expect_agenda()
    lose(w, "anna")
    remade(w, "anna")
    offer(w, "anna")
    w.do("offer_done", "anna", 2, "taken", w.now, 200, "their answer")
    w.expect_agenda()


def remade_after_loss(w, leg):
    lose(w, leg)
    remade(w, leg)


@case
def media_that_move_while_it_is_told_are_told_again(w):
    settled(w, "anna")
    remade_after_loss(w, "anna")
    offer(w, "anna")
    remade_after_loss(w, "anna")
    same(owed(w, "anna"), ("again", "1"), "owed")
    w.expect_agenda(anna=AGAIN_MS)
    w.wait(5)
    w.do("offer_done", "anna", 1, "taken", w.now, 200)
    same(owed(w, "anna"), ("due", ""), "owed")
    w.expect_agenda(anna=5)


@case
def outcome_that_nobody_heard_is_asked_for_anew(w):
    settled(w, "anna")
    remade_after_loss(w, "anna")
    offer(w, "anna")
    w.wait(AGAIN_MS)
    w.expect_agenda(anna=AGAIN_MS)
    same(offer(w, "anna"), [2, 2], "the next")
    same(w.do("offer_done", "anna", 1, "refused", w.now, 500), "stale", "the first")
    same(w.do("offer_done", "anna", 2, "taken", w.now, 200), "ok", "the second")
    w.expect_agenda()


@case
def busy_caller_is_told_later(w):
    settled(w, "anna")
    remade_after_loss(w, "anna")
    for cseq in (1, 2, 3, 4, 5):
        offer(w, "anna")
        same(w.do("offer_done", "anna", cseq, "again", w.now + 700, 491), "ok", "491")
        w.wait(700)
        w.expect_agenda(anna=cseq * 700)
    same(w.leg("anna").state, "confirmed", "as often as it takes")


@case
def caller_who_refuses_thrice_is_hung_up(w):
    settled(w, "anna", "bert")
    remade_after_loss(w, "anna")
    for cseq, outcome in ((1, "ok"), (2, "ok"), (3, "left")):
        offer(w, "anna")
        same(w.do("offer_done", "anna", cseq, "refused", w.now + 5000, 488), outcome, f"refused, {cseq}")
        w.wait(5000)
    w.expect_ended("anna", "media", bye="due")
    w.expect_places("- | bert | -")
    same(w.do("offer_done", "anna", 3, "taken", w.now, 200), "unknown", "late")


@case
def refusals_count_from_the_last_success(w):
    settled(w, "anna")
    for cseq in range(1, 9, 2):
        remade_after_loss(w, "anna")
        offer(w, "anna")
        w.do("offer_done", "anna", cseq, "refused", w.now, 500)
        offer(w, "anna")
        w.do("offer_done", "anna", cseq + 1, "taken", w.now, 200)
    same(w.leg("anna").state, "confirmed", "still there")


@case
def caller_who_does_not_answer_is_looked_at(w):
    settled(w, "anna")
    remade_after_loss(w, "anna")
    offer(w, "anna")
    w.do("offer_done", "anna", 1, "dead", w.now + 5000, 408)
    same((w.leg("anna").doubt, owed(w, "anna")), ("408", ("due", "")), "doubted, and owed")
    w.expect_agenda(anna=0)
    w.do("alive", "anna", w.now)
    w.expect_agenda(anna=5000)


@case
def reinvite_of_the_caller_waits_for_ours_and_then_tells(w):
    settled(w, "anna")
    remade_after_loss(w, "anna")
    offer(w, "anna")
    same(w.reinvite("anna", 2, "new offer"), ["pending"], "both at once")
    w.do("offer_done", "anna", 1, "again", w.now + 2000, 491)
    same(w.reinvite("anna", 2, "new offer"), ["asked", f"{TAG}:answer:anna:2", 1], "then it is asked, one offer of ours ahead")
    w.wait(2000)
    same(offer(w, "anna"), [], "ours waits for theirs")
    w.do("due")
    w.do("applied", "anna", "music", "new answer", 2)
    same(owed(w, "anna"), ("", ""), "its answer tells")
    same(answer_of(w, "anna", 2), "new answer", "answer")
    w.expect_agenda()


@case
def refresh_without_a_description_does_not_tell(w):
    settled(w, "anna")
    remade_after_loss(w, "anna")
    w.reinvite("anna", 2, kind="update")
    w.do("due")
    w.do("applied", "anna", "music", "new answer", 2)
    same(owed(w, "anna"), ("due", ""), "an UPDATE has no answer")
    w.expect_agenda(anna=0)


@case
def offer_waits_while_one_in_a_200_is_open(w):
    settled(w, "anna")
    remade_after_loss(w, "anna")
    w.reinvite("anna", 2)
    w.expect_agenda(anna=AWAIT_MS)
    same(offer(w, "anna"), [], "before the ACK")
    w.wait(100)
    w.ack("anna", 2, "offer of anna")
    w.expect_agenda(anna=100)
    same(offer(w, "anna"), [1, 3], "after it")
    w.do("offer_done", "anna", 1, "refused", w.now, 500)
    w.reinvite("anna", 3)
    remade_after_loss(w, "anna")
    same(offer(w, "anna"), [], "before the next ACK")
    w.expect_agenda(anna=100 + AWAIT_MS)
    w.wait(AWAIT_MS)
    same(offer(w, "anna"), [2, 6], "which was lost")


@case
def offer_under_way_that_was_lost_blocks_nobody_for_ever(w):
    settled(w, "anna")
    remade_after_loss(w, "anna")
    offer(w, "anna")
    w.wait(AGAIN_MS)
    same(w.reinvite("anna", 2, "new offer")[0], "asked", "after its time")
    w.do("due")
    w.do("applied", "anna", "music", "new answer", 2)
    same(w.do("offer_done", "anna", 1, "again", w.now, 491), "stale", "its late outcome")
    w.expect_agenda()


@case
def nobody_who_has_left_is_told(w):
    settled(w, "anna")
    remade_after_loss(w, "anna")
    w.bye("anna")
    same(offer(w, "anna"), [], "after the BYE")
    w.apply_all()
    w.expect_agenda()
    settled(w, "bert")
    remade_after_loss(w, "bert")
    offer(w, "bert")
    w.bye("bert")
    same(w.do("offer_done", "bert", 1, "taken", w.now, 200, "new"), "unknown", "under way then")


@case
def consumer_without_the_lease_tells_nobody(w):
    settled(w, "anna")
    for verb, *args in (("media_lost", "anna"), ("offer_sent", "anna", 0)):
        try:
            w.do(verb, *args, epoch=7)
        except redis.ResponseError as error:
            same(str(error).split()[0], "FENCED", verb)
        else:
            raise AssertionError(f"{verb} is not fenced")


@case
def live_legs_are_those_that_may_have_media(w):
    same(w.do("legs_live"), [[], []], "nobody")
    w.invite("anna")  # reserved
    w.call("bert", "carl")
    w.apply_all()
    same([set(legs) for legs in w.do("legs_live")], [{"bert", "carl"}, {"anna"}], "there, and to be looked at")
    w.bye("bert")
    same([set(legs) for legs in w.do("legs_live")], [{"carl"}, {"anna", "bert"}], "its media are to be deleted")
    w.do("due")
    w.do("applied", "bert", "gone")
    same([set(legs) for legs in w.do("legs_live")], [{"carl"}, {"anna"}], "they are")


@case
def every_key_of_a_call_has_an_end(w):
    """Whatever becomes of a call: nothing that names it is there for ever without somebody who looks at it."""
    w.configure(max_waiting=2)
    w.call("host", "anna")
    w.invite("bert")
    w.cancel("carl")  # before its INVITE
    w.invite("dora")
    w.invite("spam")
    w.invite("dora2")
    w.reinvite("anna", 2, "new offer")
    w.do("answered", "bert", 1, "answer", "answer")
    w.apply_all()
    w.wait(32000)
    w.do("no_ack", "main", "dora")
    w.do("hang_up", "main", "anna")
    for step in (w.apply_all, lambda: w.do("no_ack", "main", "bert"), w.apply_all, lambda: w.bye("host"), w.apply_all):
        forgotten = [name for name in w.client.scan_iter(f"{TAG}:*") if is_forgotten(w, name)]
        same(forgotten, [], "keys without an end")
        step()


def is_forgotten(w, name):
    kind, _, rest = name.removeprefix(f"{TAG}:").partition(":")
    if kind not in ("leg", "answer") or w.client.pttl(name) > 0:
        return False
    looked_at = [w.client.zscore(f"{TAG}:{index}", rest) for index in ("agenda", "watch")]
    return kind == "answer" or looked_at == [None, None]
