"""Members leave: hung up, cancelled, never ACKed, ended by the owner."""

from .. import verbs
from ..world import ANNA, BERT, CARL, TAG, TOMBSTONE_MS, case, same


@case
def seated_member_leaves_and_the_oldest_waiting_is_let_in(w):
    w.call("host", "anna", "bert", "carl")
    same(w.bye("anna"), ["left", "anna@phone"], "BYE")
    w.passes("bert")
    w.expect_places("host | bert | carl")
    w.expect_hears(host="talk:bert", bert="talk:host", carl="music")
    w.expect_ended("anna", "bye")
    w.expect_texts(f"{ANNA} is now on.", f"{ANNA} has left.", f"{BERT} is now on (1 waiting).")


@case
def next_is_let_in_to_music_while_no_host_is_there(w):
    w.call("anna", "bert")
    w.bye("anna")
    w.expect_places("- | bert | -")
    w.expect_hears(bert="music")


@case
def waiting_member_leaves_without_a_message(w):
    w.call("anna", "bert", "carl", "dora")
    w.bye("carl")
    w.expect_places("- | anna | bert dora")
    w.expect_ended("carl", "bye")
    w.expect_texts(f"{ANNA} is now on.")


@case
def repeated_bye_changes_nothing(w):
    w.call("anna", "bert", "carl")
    w.bye("anna")
    w.passes("bert")
    same(w.bye("anna"), "repeated", "BYE again")
    w.expect_places("- | bert | carl")
    same(len(w.calls()), 1, "calls in the history")
    w.expect_texts(f"{ANNA} is now on.", f"{ANNA} has left.", f"{BERT} is now on (1 waiting).")


@case
def bye_with_a_wrong_tag_is_of_another_dialog(w):
    w.call("anna")
    same(w.bye("anna", tag="t-other"), "mismatch", "BYE")
    w.expect_places("- | anna | -")
    same(w.do("bye", "main", "nobody", "t"), "unknown", "BYE of a leg that is not there")


@case
def cancel_gives_the_reservation_back_without_a_message(w):
    w.invite("anna")
    w.call("bert")
    same(w.cancel("anna"), ["left", "anna@phone"], "CANCEL")
    w.expect_places("- | bert | -")
    w.expect_ended("anna", "cancel")
    w.passes("bert")
    w.expect_texts(f"{BERT} is now on.")


@case
def cancel_and_failed_delivery_while_waiting(w):
    w.call("anna")
    for leg, verb in (("bert", "cancel"), ("carl", "undelivered"), ("dora", "no_media")):
        w.invite(leg)
        same(w.do(verb, "main", leg), ["left", f"{leg}@phone"], verb)
    w.expect_places("- | anna | -")
    w.expect_texts(f"{ANNA} is now on.")


@case
def cancel_after_the_ack_changes_nothing(w):
    w.call("anna")
    before = w.stored("anna")
    for verb in ("cancel", "undelivered", "no_media"):
        same(w.do(verb, "main", "anna"), "kept", verb)
    same(w.stored("anna"), before, "the leg")
    w.expect_places("- | anna | -")


@case
def end_before_its_invite_is_remembered(w):
    for leg, verb in (("anna", "cancel"), ("bert", "undelivered")):
        same(w.do(verb, "main", leg), "unknown", verb)
        same(w.invite(leg), ["ended"], "INVITE")
        same(w.do(verb, "main", leg), "repeated", f"{verb} again")
        same(w.ack(leg), "ended", "ACK")
        expect_tombstone(w, leg)
    w.expect_places("- | - | -")
    w.expect_agenda()
    same(w.calls(), [], "history")


def expect_tombstone(w, leg):
    """Its hash goes by itself in a bounded time, and holds the offer no more."""
    same(0 < w.leg(leg).ttl_ms <= TOMBSTONE_MS, True, f"{leg} goes, in {w.leg(leg).ttl_ms} ms")
    same("sdp" in w.stored(leg), False, f"{leg} keeps its offer")


@case
def other_events_before_the_invite_leave_nothing(w):
    for verb in ("no_media", "no_ack", "hang_up"):
        same(w.do(verb, "main", "anna"), "unknown", verb)
    same(w.ack("anna"), "unknown", "ACK")
    same(w.view().legs, {}, "legs")


@case
def ack_that_never_comes_ends_the_call(w):
    w.invite("anna")
    w.call("bert")
    w.wait(32000)
    same([leg for leg, _ in w.do("due")], ["bert", "anna"], "due")
    same(w.do("no_ack", "main", "anna"), ["left", "anna@phone"], "deadline")
    w.expect_places("- | bert | -")
    w.expect_ended("anna", "no_ack", bye="due")
    w.passes("bert")
    w.expect_texts(f"{BERT} is now on.")
    same(w.do("no_ack", "main", "anna"), "repeated", "deadline again")


@case
def ack_after_the_release_owes_the_caller_a_bye(w):
    w.invite("anna")
    w.cancel("anna")  # crossed the 200
    w.wait(3000)
    w.apply_all()
    expect_tombstone(w, "anna")
    w.wait(1000)
    same(w.ack("anna"), "ended", "ACK")
    w.expect_ended("anna", "cancel", bye="due")
    w.expect_agenda(anna=4000)
    same((w.leg("anna").to_tag, w.leg("anna").ttl_ms), ("t-anna", -1), "tag, and the leg stays for its BYE")
    same(w.ack("anna"), "ended", "ACK again")
    w.do("bye_done", "anna", w.do("bye_sent", "anna", w.now))
    same(w.ack("anna"), "ended", "ACK after the BYE")
    w.expect_ended("anna", "cancel", bye="done")
    expect_tombstone(w, "anna")


@case
def ack_that_its_own_bye_overtook_owes_nothing(w):
    w.invite("anna")
    same(w.bye("anna"), ["left", "anna@phone"], "BYE")
    same(w.ack("anna"), "ended", "ACK")
    w.expect_ended("anna", "bye")


@case
def caller_who_hung_up_too_is_sent_no_bye(w):
    w.call("anna")
    w.do("hang_up", "main", "anna")
    w.expect_ended("anna", "api", bye="due")
    same(w.bye("anna"), "repeated", "BYE of the caller")
    w.expect_ended("anna", "api", bye="none")
    w.invite("bert")
    w.wait(32000)
    w.do("no_ack", "main", "bert")
    same(w.bye("bert"), "repeated", "BYE of the caller whose ACK is late")
    same(w.ack("bert"), "ended", "ACK")
    w.expect_ended("bert", "no_ack", bye="none")


@case
def member_admitted_before_the_ack_is_announced_by_it(w):
    w.call("host", "anna")
    w.invite("bert")
    w.bye("anna")
    w.expect_places("host | bert | -")
    w.expect_hears(host="music", bert="")
    w.expect_texts(f"{ANNA} is now on.", f"{ANNA} has left.")
    w.ack("bert")
    w.expect_hears(host="talk:bert", bert="talk:host")
    w.expect_texts(f"{ANNA} is now on.", f"{ANNA} has left.", f"{BERT} is now on.")


@case
def member_admitted_who_never_acks_makes_room(w):
    w.call("anna")
    w.invite("bert")
    w.call("carl")
    w.bye("anna")
    w.wait(32000)
    w.do("no_ack", "main", "bert")
    w.expect_places("- | carl | -")
    w.passes("carl")
    w.expect_texts(f"{ANNA} is now on.", f"{ANNA} has left.", f"{CARL} is now on.")


@case
def owner_hangs_up_one_leg(w):
    w.call("host", "anna", "bert", "carl")
    same(w.do("hang_up", "main", "bert"), ["left", "bert@phone"], "waiting member")
    same(w.do("hang_up", "main", "anna"), ["left", "anna@phone"], "seated member")
    w.expect_places("host | carl | -")
    w.expect_ended("anna", "api", bye="due")
    w.expect_ended("bert", "api", bye="due")
    same(w.do("hang_up", "main", "anna"), "repeated", "again")
    same(w.do("hang_up", "main", "nobody"), "unknown", "leg that is not there")


@case
def leg_of_another_line_is_unknown_to_this_one(w):
    w.call("anna")
    w.configure(line="other")
    same(w.do("hang_up", "other", "anna"), "unknown", "hang up")
    same(w.do("cancel", "other", "anna"), "unknown", "CANCEL")
    w.expect_places("- | anna | -")


@case
def next_ends_the_seated_member(w):
    w.call("host", "anna", "bert", "carl")
    same(w.do("next_member", "main"), ["done", "anna", "bert", "anna@phone"], "next")
    w.expect_places("host | bert | carl")
    w.expect_ended("anna", "next", bye="due")
    w.passes("bert")
    w.expect_hears(host="talk:bert", bert="talk:host")
    w.expect_texts(f"{ANNA} is now on.", f"{ANNA} has left.", f"{BERT} is now on (1 waiting).")
    w.do("next_member", "main")
    same(w.do("next_member", "main"), ["done", "carl", "", "carl@phone"], "next, nobody waits")
    w.expect_places("host | - | -")
    same(w.do("next_member", "main"), ["done", "", "", ""], "next, nobody sits")
    same(w.do("next_member", "nowhere"), ["unknown"], "next on a line that is not there")


@case
def end_hangs_up_everybody(w):
    w.call("host", "anna", "bert")
    w.invite("carl")
    w.invite("host2")
    same(w.do("end_all", "main"), ["done", 5], "end")
    w.expect_places("- | - | -")
    for leg in ("host", "anna", "bert", "carl", "host2"):
        w.expect_ended(leg, "ended", bye="due")
    w.expect_texts(f"{ANNA} is now on.", f"{ANNA} has left.")
    same(w.do("end_all", "main"), ["done", 0], "end again")
    same(w.do("end_all", "nowhere"), ["unknown"], "end of a line that is not there")
    same(w.ack("carl"), "ended", "ACK after the end")


@case
def ended_leg_leaves_nothing_but_a_tombstone(w):
    w.call("host", "anna", "bert")
    w.reinvite("anna", 2, sdp="another offer")
    w.do("end_all", "main")
    w.apply_all()
    w.expect_agenda()
    for leg in ("host", "anna", "bert"):
        expect_tombstone(w, leg)
    with_leg = [key for key in w.client.keys("*") if ":leg:" in key or ":agenda" in key or ":queue" in key]
    same(sorted(with_leg), [f"{TAG}:leg:{leg}" for leg in ("anna", "bert", "host")], "keys of legs")
    same(w.client.ttl(f"{TAG}:answer:anna:2") > 0, True, "an answer nobody fetched goes too")
    same(w.invite("anna"), ["ended"], "INVITE of an ended leg")
    same(w.do("reinvite", "anna", verbs.tag_of("anna"), 3), ["unknown"], "re-INVITE of an ended leg")
