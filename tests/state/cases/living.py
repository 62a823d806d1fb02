"""Whether callers are there: trials, silent legs, dead ones."""

from .. import verbs
from ..world import ANNA, BERT, CARL, case, pairs, same

SILENCE_MS = 30000


def silent(w, for_ms=SILENCE_MS):
    return [leg for leg, _ in w.do("watch_due", w.now - for_ms)]


def watched(w):
    """When each was last heard of, in ms from now."""
    return {leg: int(at - w.now) for leg, at in w.view().watch.items()}


@case
def who_waited_is_let_in_on_trial(w):
    w.call("host", "anna", "bert", "carl")
    w.apply_all()
    w.bye("anna")
    w.expect_places("host | bert | carl")
    w.expect_hears(host="music", bert="music", carl="music")
    w.expect_texts(f"{ANNA} is now on.", f"{ANNA} has left.")
    same(w.status()[1][2], "reserved", "state of bert")
    w.expect_agenda(anna=0, host=0, bert=0)
    same(w.do("alive", "bert", w.now), "seated", "a packet of bert")
    w.expect_hears(host="talk:bert", bert="talk:host")
    w.expect_texts(f"{ANNA} is now on.", f"{ANNA} has left.", f"{BERT} is now on (1 waiting).")
    same(w.do("alive", "bert", w.now), "ok", "another")
    same(len(w.messages()), 3, "messages")


@case
def who_takes_the_free_seat_is_not_on_trial(w):
    w.call("anna")
    same(w.leg("anna").trial, "", "trial")
    w.invite("bert")  # its ACK will be its sign of life
    w.bye("anna")
    same(w.leg("bert").trial, "", "trial before the ACK")
    w.ack("bert")
    w.expect_texts(f"{ANNA} is now on.", f"{ANNA} has left.", f"{BERT} is now on.")


@case
def dead_ones_are_skipped_and_never_announced(w):
    w.call("host", "anna", "bert", "carl", "dora")
    w.bye("anna")
    for leg, heir in (("bert", "carl"), ("carl", "dora")):
        same(w.dies(leg), ["left", f"{leg}@phone"], "dead")
        w.expect_ended(leg, "dead", bye="due")
        same(w.leg(heir).trial, "1", f"trial of {heir}")
    w.expect_places("host | dora | -")
    w.passes("dora")
    w.expect_texts(f"{ANNA} is now on.", f"{ANNA} has left.", "+15550204 is now on.")


@case
def on_trial_one_is_asked_once_at_a_time(w):
    w.call("anna", "bert")
    w.apply_all()
    w.bye("anna")
    w.applies("anna", "gone")
    w.expect_agenda(bert=0)
    same(w.do("probe", "bert", w.now + 14000, w.now), 1, "OPTIONS, its CSeq")
    w.expect_agenda(bert=14000)
    same(w.view().ghosts, {"bert"}, "ghosts")
    w.wait(8000)
    same(w.do("probed", "bert", 1, 408), "ok", "no answer")
    w.expect_agenda(bert=8000)
    same(w.leg("bert").doubt, "408", "doubt")
    same(w.do("dead", "main", "bert"), ["left", "bert@phone"], "dead")
    same((w.view().ghosts, w.view().watch), (set(), {}), "ghosts, and who is watched")
    same(w.do("bye_sent", "bert", 0), 2, "CSeq of the BYE")


@case
def answer_ends_the_trial(w):
    w.call("anna", "bert")
    w.bye("anna")
    w.do("probe", "bert", w.now + 14000, w.now)
    same(w.do("alive", "bert", w.now), "seated", "an answer")
    same(w.view().ghosts, set(), "ghosts")
    w.expect_texts(f"{ANNA} is now on.", f"{ANNA} has left.", f"{BERT} is now on.")


@case
def next_and_hang_up_during_a_trial(w):
    w.call("host", "anna", "bert", "carl", "dora")
    w.bye("anna")
    same(w.do("next_member", "main"), ["done", "bert", "carl", "bert@phone"], "next")
    same(w.do("hang_up", "main", "carl"), ["left", "carl@phone"], "hang up")
    w.expect_places("host | dora | -")
    w.expect_texts(f"{ANNA} is now on.", f"{ANNA} has left.")
    w.bye("dora")
    w.expect_places("host | - | -")
    w.expect_texts(f"{ANNA} is now on.", f"{ANNA} has left.")


@case
def host_who_leaves_does_not_end_a_trial(w):
    for policy in ("end_member", "requeue_member", "keep_member"):
        w.configure(on_host_leave=policy)
        w.call("host", "anna", "bert")
        w.bye("anna")
        w.bye("host")
        w.expect_places("- | bert | -")
        same(w.leg("bert").trial, "1", f"trial with {policy}")
        w.call("host2")
        w.expect_hears(host2="music", bert="music")
        w.passes("bert")
        w.expect_hears(host2="talk:bert", bert="talk:host2")
        w.client.flushall()


@case
def requeued_member_was_seen_already(w):
    w.configure(on_host_leave="requeue_member")
    w.call("host", "anna")
    w.bye("host")
    same(w.leg("anna").trial, "", "trial")


@case
def silent_legs_are_shown_the_longest_silent_first(w):
    w.call("anna")
    w.wait(1000)
    w.call("host", "bert")
    w.invite("carl")
    same(watched(w), {"anna": -1000, "host": 0, "bert": 0}, "watched")
    w.wait(SILENCE_MS - 1)
    same(silent(w), ["anna"], "silent")
    shown = dict(w.do("watch_due", w.now, 1))
    same(pairs(shown["anna"]), w.stored("anna"), "one, whole")
    w.wait(1)
    same(silent(w), ["anna", "bert", "host"], "silent later")
    w.do("alive", "bert", w.now - 500)
    w.reinvite("anna", 2)
    same(silent(w), ["host"], "after an answer of bert, and a re-INVITE of anna")
    w.bye("host")
    same(silent(w, 0), ["bert"], "after the end of the host, and of anna with it")


@case
def silent_leg_is_asked_and_asked_again(w):
    w.call("anna")
    w.apply_all()
    w.wait(SILENCE_MS)
    same(w.do("probe", "anna", w.now + 14000, w.now + 14000 - SILENCE_MS), 1, "OPTIONS")
    w.expect_agenda()
    same((silent(w), w.view().ghosts), ([], {"anna"}), "while it is asked")
    same(w.run("stats")[6], 1, "ghosts")
    w.do("probed", "anna", 1, "", w.now + 2000, w.now + 2000 - SILENCE_MS)  # there was no Kamailio
    w.wait(2000)
    same((silent(w), w.view().ghosts), (["anna"], {"anna"}), "afterwards")
    same(w.do("probe", "anna", w.now + 14000, w.now + 14000 - SILENCE_MS), 2, "OPTIONS again")
    w.do("alive", "anna", w.now)
    same((silent(w, 0), w.view().ghosts), (["anna"], set()), "after an answer")
    w.expect_places("- | anna | -")


@case
def doubt_is_ended_by_a_packet(w):
    w.call("anna")
    w.apply_all()
    w.do("probe", "anna", w.now + 14000)
    w.do("probed", "anna", 1, 481)
    w.expect_agenda(anna=0)
    w.do("alive", "anna", w.now)
    w.expect_agenda()
    same(w.leg("anna").doubt, "", "doubt")


@case
def who_has_shown_life_since_they_were_looked_at_is_not_dead(w):
    w.call("anna", "bert")
    w.bye("anna")
    w.do("probe", "bert", w.now + 14000)
    w.do("probed", "bert", 1, 408)
    w.do("alive", "bert", w.now)
    same(w.do("dead", "main", "bert"), "kept", "dead, says an old look")
    w.expect_places("- | bert | -")


def asked_and_then(w, act):
    """A silent caller is asked by OPTIONS, does something else first, and that OPTIONS gets no answer: the caller's doubt."""
    w.apply_all()
    w.wait(SILENCE_MS)
    cseq = w.do("probe", "anna", w.now + 14000, w.now + 14000 - SILENCE_MS)
    w.wait(3000)
    act()
    same((w.view().ghosts, w.view().watch["anna"]), (set(), w.now), "ghosts, and when anna was last heard of")
    w.wait(5000)
    same(w.do("probed", "anna", cseq, 408), "stale", "no answer")
    same(w.do("probed", "anna", cseq, "", w.now, 0), "stale", "it was not sent")
    same((w.leg("anna").doubt, w.leg("anna").state), ("", "confirmed"), "doubt, state")
    w.apply_all()


@case
def whatever_a_caller_does_settles_the_question_whether_they_are_there(w):
    w.call("anna")
    asked_and_then(w, lambda: w.reinvite("anna", 2, "new offer"))
    asked_and_then(w, lambda: w.reinvite("anna", 3, kind="update"))
    asked_and_then(w, lambda: w.do("alive", "anna", w.now))
    w.do("media_lost", "anna")
    w.do("due")
    w.do("applied", "anna", "music", "answer", "", "1")
    for verdict, code in (("again", 491), ("refused", 500), ("taken", 200)):
        offer = w.do("offer_sent", "anna", w.now + 60000)
        asked_and_then(w, lambda: w.do("offer_done", "anna", offer[0], verdict, w.now, code))
    w.expect_agenda()


@case
def key_of_a_caller_who_is_asked_for_the_pin_is_a_sign_of_life(w):
    w.configure(host_trust="pin", pin_sealed=verbs.sealed("4711"))
    w.call("host")
    w.do("probed", "host", w.do("probe", "host", w.now + 14000), 408)
    same(w.leg("host").doubt, "408", "doubt")
    w.press("host", "4")
    same((w.leg("host").doubt, w.view().ghosts), ("", set()), "doubt, ghosts")


@case
def no_answer_to_an_older_options_says_nothing(w):
    w.call("anna")
    for _ in range(2):
        w.do("probe", "anna", w.now + 14000)
    same(w.do("probed", "anna", 1, 408), "stale", "the first")
    same(w.do("probed", "anna", 2, 408), "ok", "the second")


@case
def ack_that_is_awaited_anew_is_not_missing(w):
    w.invite("anna")
    w.wait(32000)
    w.invite("anna", cseq=2, branch="second")
    same(w.do("no_ack", "main", "anna"), "kept", "of the first INVITE")
    w.wait(32000)
    same(w.do("no_ack", "main", "anna"), ["left", "anna@phone"], "of the second")


@case
def dead_member_and_dead_host_leave_like_others(w):
    w.call("host", "anna", "bert")
    w.dies("anna")
    w.expect_places("host | bert | -")
    w.expect_texts(f"{ANNA} is now on.", f"{ANNA} has left.")
    w.passes("bert")
    w.dies("host")
    w.expect_ended("bert", "host_left", bye="due")
    w.expect_places("- | - | -")


@case
def nothing_is_asked_or_told_of_an_ended_leg(w):
    w.call("anna")
    w.bye("anna")
    w.invite("carl")
    for leg in ("anna", "carl", "nobody"):
        got = [w.do("probe", leg, 1), w.do("probed", leg, 1, 408), w.do("alive", leg, w.now)]
        same(got, [0, "unknown", "unknown"], leg)
    same((w.view().watch, w.view().ghosts), ({}, set()), "watched, ghosts")
    same(CARL in str(w.messages()), False, "messages of carl")
