"""An INVITE: role, place, refusals."""

from .. import verbs
from ..world import ANNA, NUMBERS, START_MS, TAG, TOMBSTONE_MS, case, same


@case
def first_member_gets_the_seat(w):
    same(w.invite("anna"), ["conference", "member"], "INVITE")
    w.expect_places("- | anna | -")
    same(w.leg("anna").state, "reserved", "state before the ACK")
    w.expect_agenda(anna=32000)  # the calls consumer looks whether the ACK came
    w.expect_texts()


@case
def ack_confirms_the_seat_and_tells_the_host(w):
    w.invite("anna")
    w.wait(150)
    same(w.ack("anna"), "confirmed", "ACK")
    w.expect_places("- | anna | -")
    w.expect_hears(anna="music")
    w.expect_agenda(anna=150)
    same(w.leg("anna").to_tag, "t-anna", "our To-tag")
    w.expect_texts(f"{ANNA} is now on.")


@case
def later_members_wait_in_order(w):
    w.call("anna")
    same(w.invite("bert"), ["hold", "member"], "INVITE of the second")
    same(w.invite("carl"), ["hold", "member"], "INVITE of the third")
    same((w.ack("carl"), w.ack("bert")), ("confirmed", "confirmed"), "ACKs, in another order")
    w.expect_places("- | anna | bert carl")
    w.expect_hears(anna="music", bert="music", carl="music")
    w.expect_texts(f"{ANNA} is now on.")


@case
def second_member_waits_even_if_the_first_is_only_reserved(w):
    w.invite("anna")
    same(w.invite("bert"), ["hold", "member"], "INVITE")
    w.expect_places("- | anna | bert")


@case
def host_goes_to_the_conference(w):
    same(w.invite("host"), ["conference", "host"], "INVITE")
    w.expect_places("(host) | - | -")
    w.ack("host")
    w.expect_places("host | - | -")
    w.expect_hears(host="music")
    w.expect_texts()


@case
def host_and_member_hear_each_other_once_both_are_confirmed(w):
    w.call("anna")
    w.invite("host")
    w.expect_hears(anna="music", host="")
    w.ack("host")
    w.expect_hears(anna="talk:host", host="talk:anna")


@case
def host_first_then_member(w):
    w.call("host")
    w.invite("anna")
    w.expect_hears(host="music", anna="")
    w.ack("anna")
    w.expect_hears(host="talk:anna", anna="talk:host")


@case
def withheld_number_is_a_member_whoever_calls(w):
    w.configure(hosts=["", NUMBERS["host"]], blocked=["", ANNA])
    same(w.invite("anon"), ["conference", "member"], "INVITE without a number")


@case
def unknown_number_belongs_to_no_line(w):
    same(w.run("did_lookup", verbs.DID, tag="execline:{dids}"), "", "line of the number")
    same(w.invite("anna", did="+15550111"), ["moved"], "a number that the line does not list")
    same(w.invite("anna", line="other"), ["moved"], "a line that is not there")
    same(w.view().legs, {}, "legs")


def expect_refusal(w, leg, answer):
    before = w.places()
    same(w.invite(leg), [answer], "INVITE")
    same(w.places(), before, "places")
    same((w.leg(leg).state, w.leg(leg).place, w.leg(leg).ttl_ms > 0), ("ended", "", True), "what is remembered")
    same(w.invite(leg), [answer], "the same INVITE again")
    same(leg in w.view().agenda, False, "a task for the leg")
    w.expect_texts()


@case
def disabled_line_takes_nobody(w):
    w.configure(enabled=False)
    expect_refusal(w, "anna", "disabled")
    expect_refusal(w, "host", "disabled")


@case
def blocked_caller_is_refused(w):
    expect_refusal(w, "spam", "blocked")
    w.configure(blocked=[])
    same(w.invite("spam"), ["blocked"], "the same INVITE again, whatever has changed")
    same(w.invite("spam", cseq=2), ["conference", "member"], "a new INVITE once no more blocked")


@case
def full_queue_refuses_but_not_the_host(w):
    w.configure(max_waiting=1)
    w.invite("anna")
    w.invite("bert")
    expect_refusal(w, "carl", "full")
    w.bye("bert")
    same(w.invite("carl", cseq=2), ["hold", "member"], "a new INVITE after somebody gave up")
    same(w.invite("host"), ["conference", "host"], "INVITE of the host")


@case
def line_without_a_queue_has_one_seat_only(w):
    w.configure(max_waiting=0)
    same(w.invite("anna"), ["conference", "member"], "first INVITE")
    expect_refusal(w, "bert", "full")


@case
def repeated_invite_gets_the_stored_answer(w):
    w.call("anna")
    w.invite("bert")
    before = w.stored("bert")
    w.wait(500)
    same(w.invite("bert"), ["hold", "member"], "INVITE again")
    same(w.stored("bert"), before, "the leg")
    w.bye("anna")  # bert is admitted before his ACK
    same(w.invite("bert"), ["hold", "member"], "INVITE again, admitted meanwhile")
    w.ack("bert")
    same(w.do("answered", "bert", 1, "inner", "outer"), "ok", "answer")
    same(w.invite("bert"), ["hold", "member", "outer"], "INVITE after the ACK")
    same(w.stored("bert")["answer"], "inner", "the answer that the caller has")
    same(w.invite("bert", branch="other"), ["merged"], "the same INVITE by another way")
    w.bye("bert")
    same(w.do("answered", "bert", 1, "inner", "late"), "unknown", "answer after the end")
    same(w.invite("bert"), ["ended"], "INVITE after the BYE")
    w.expect_places("- | - | -")


@case
def media_that_an_old_handler_has_changed_are_made_anew(w):
    """It was stopped between its place and its media; the caller has got in by another INVITE, or another process."""
    w.invite("anna")
    w.invite("anna", cseq=2, branch="second")
    w.do("answered", "anna", 2, "inner", "outer")
    same(w.do("answered", "anna", 1, "old", "old"), "late", "before the ACK")
    same(w.ack("anna", 2), "confirmed", "ACK")
    same(w.stored("anna")["applied"], "stale", "applied")
    w.apply_all()
    same(w.do("answered", "anna", 1, "old", "old"), "late", "of the first INVITE")
    same((w.stored("anna")["applied"], w.stored("anna")["answer"]), ("stale", "answer of anna"), "applied, and the answer")
    w.expect_agenda(anna=0)
    w.apply_all()
    same(w.do("answered", "anna", 2, "inner", "outer"), "late", "the same INVITE, by another process")
    w.expect_agenda(anna=0)
    same(w.do("answered", "nobody", 1, "inner", "outer"), "unknown", "of nobody")


@case
def repeated_ack_changes_nothing(w):
    w.call("anna", "host")
    before = w.leg("anna")
    w.wait(500)
    same(w.ack("anna"), "repeated", "ACK again")
    same(w.leg("anna"), before, "the leg")
    w.expect_texts(f"{ANNA} is now on.")
    same(w.do("ack", "nobody", "t"), "unknown", "ACK of a leg that is not there")


@case
def ack_in_time_ends_the_wait_for_it(w):
    w.invite("anna")
    same(w.view().agenda["anna"], START_MS + 32000, "deadline")
    w.wait(31999)
    w.ack("anna")
    same(w.do("no_ack", "main", "anna"), "kept", "deadline looked at too late")
    w.expect_places("- | anna | -")


@case
def status_says_who_is_where(w):
    same(w.status("nowhere"), [], "line that is not there")
    same(w.status(), [[], [], [], [], 0, []], "empty line")
    w.call("anna")
    w.wait(1000)
    w.invite("bert")
    w.call("host")
    at = str(START_MS), str(START_MS + 1000)
    same(w.status(), [
        ["host", NUMBERS["host"], "confirmed", at[1], "talk:anna", at[1], verbs.TRUNK, "unknown"],
        ["anna", ANNA, "confirmed", at[0], "talk:host", at[0], verbs.TRUNK, "unknown"],
        [["bert", NUMBERS["bert"], "reserved", at[1], "", at[1], verbs.TRUNK, "unknown"]],
        [], 0, [],
    ], "status")  # fmt: skip
    same(w.run("stats"), [1, 1, 1, 1, 1, 3, 0], "lines, hosts, seated, waiting, unsent, agenda, ghosts")


@case
def caller_who_was_refused_may_try_again(w):
    for refused in ("undelivered", "no_media"):
        w.invite("anna", cseq=1)
        same(w.do(refused, "main", "anna", cseq=1), ["left", "anna@phone"], "refusal")
        same(w.invite("anna", cseq=1), ["ended"], "the same INVITE again")
        same(w.invite("anna", cseq=2), ["conference", "member"], "INVITE with a higher CSeq")
        same(w.ack("anna"), "confirmed", "ACK")
        w.bye("anna")
        w.wait(TOMBSTONE_MS)
        w.client.delete(f"{TAG}:leg:anna")


@case
def second_try_for_another_line_is_no_call(w):
    """Its leg is on the first; Kamailio lets none pass (invite.cfg), but may have forgotten."""
    w.configure("other", dids=["+15550101"])
    for ack in (False, True):
        same(w.invite("anna", cseq=1), ["conference", "member"], "INVITE")
        if ack:
            same(w.ack("anna"), "confirmed", "ACK")
        for cseq in (1, 2):
            same(w.invite("anna", "other", did="+15550101", cseq=cseq, branch="c"), ["merged"], "another line")
        w.expect_places("- | anna | -")
        same(w.view().lines["other"].seat, "", "the other's seat")
        w.do("hang_up", "main", "anna")
        w.client.delete(f"{TAG}:leg:anna", f"{TAG}:agenda")


@case
def late_report_on_the_first_try_does_not_end_the_second(w):
    w.do("undelivered", "main", "anna", cseq=1)
    same(w.invite("anna", cseq=2), ["conference", "member"], "second try")
    same(w.do("undelivered", "main", "anna", cseq=1), "kept", "report again")
    same(w.do("cancel", "main", "anna", cseq=1), "kept", "CANCEL of the first")
    same(w.do("cancel", "main", "anna", cseq=2), ["left", "anna@phone"], "CANCEL of the second")


@case
def cancel_that_overtakes_the_second_try_ends_it(w):
    w.do("undelivered", "main", "anna", cseq=1)
    same(w.do("cancel", "main", "anna", cseq=2), "repeated", "CANCEL of the second after the first has ended")
    same(w.invite("anna", cseq=2), ["ended"], "second try")
    same(w.invite("bert", cseq=1), ["conference", "member"], "first try")
    same(w.do("cancel", "main", "bert", cseq=2), ["left", "bert@phone"], "CANCEL of the second before the first has ended")
    same(w.invite("bert", cseq=2), ["ended"], "second try")


@case
def second_try_waits_for_the_bye_of_the_first(w):
    w.invite("anna", cseq=1)
    w.do("hang_up", "main", "anna")
    same(w.invite("anna", cseq=2), ["ended"], "second try while a BYE is owed")
    w.do("bye_done", "anna", w.do("bye_sent", "anna", w.now))
    same(w.invite("anna", cseq=3), ["conference", "member"], "once it was answered")


@case
def ended_call_does_not_come_back_whatever_its_cseq(w):
    w.call("anna")
    w.bye("anna")
    same(w.invite("anna", cseq=7), ["ended"], "INVITE")
