"""What a caller describes when: descriptions that are refused after all, and offers of our own that an ACK answers."""

from ..world import TAG, case, same
from .consumer import answer_of


def session(w, leg):
    seen = w.stored(leg)
    return seen["sdp"], seen["outline"], seen.get("contact", "")


BEFORE = ("offer of anna", "outline of offer of anna", "sip:anna@phone")


@case
def reinvite_without_a_description_gets_our_offer(w):
    w.call("anna")
    w.applies("anna", "music", "answer")
    w.wait(10)
    ours = ["ours", "outline of offer of anna", "answer", 1]
    same(w.reinvite("anna", 2), ours, "re-INVITE")
    same(w.reinvite("anna", 2), ours, "the same again")
    w.expect_agenda()
    same(w.ack("anna", 2, "answer of them"), "answered", "its ACK")
    same(session(w, "anna")[:2], ("answer of them", "outline of answer of them"), "taken")
    w.expect_agenda(anna=10)
    same(w.ack("anna", 2, "another"), "repeated", "its ACK again")
    w.apply_all()
    same(w.reinvite("anna", 3, "new offer"), ["asked", f"{TAG}:answer:anna:3", 2], "another version for the next answer")


@case
def answer_that_changes_nothing_leaves_the_media(w):
    """A session refresh."""
    w.call("anna")
    w.applies("anna", "music", "answer")
    w.reinvite("anna", 2)
    same(w.ack("anna", 2, "offer of anna"), "answered", "its ACK")
    w.expect_agenda()


@case
def ack_of_a_reinvite_without_an_answer_changes_nothing(w):
    w.call("anna")
    w.applies("anna", "music", "answer")
    w.reinvite("anna", 2)
    same(w.ack("anna", 2), "unanswered", "its ACK")
    same((session(w, "anna"), w.leg("anna").state), (BEFORE, "confirmed"), "the session")
    w.expect_agenda()


@case
def while_our_offer_is_open_an_update_has_to_wait(w):
    w.call("anna")
    w.applies("anna", "music", "answer")
    w.reinvite("anna", 2)
    same(w.reinvite("anna", 3, "new offer", kind="update"), ["pending"], "UPDATE")
    same(w.reinvite("anna", 3, kind="update"), ["done"], "one that describes nothing")
    w.wait(32000)  # the ACK was lost
    same(w.reinvite("anna", 4, "new offer", kind="update")[0], "asked", "later")


@case
def update_without_a_description_only_refreshes(w):
    w.call("anna")
    w.applies("anna", "music", "answer")
    w.wait(1000)
    same(w.reinvite("anna", 2, "", "sip:new", "update"), ["done"], "UPDATE")
    same(w.reinvite("anna", 2, "", "sip:new", "update"), ["done"], "the same again")
    same(session(w, "anna"), (*BEFORE[:2], "sip:new"), "only the Contact")
    w.expect_agenda()


@case
def call_without_a_description_begins_with_our_offer(w):
    same(w.invite("anna", asks=True), ["conference", "member"], "INVITE")
    w.wait(10)
    same(w.ack("anna", 1, "answer of them"), "confirmed", "ACK")
    same((session(w, "anna")[0], w.stored("anna")["applied"]), ("answer of them", "stale"), "to be made as it says")
    w.expect_agenda(anna=10)


@case
def call_without_an_answer_to_our_offer_is_ended(w):
    w.invite("host", asks=True)
    w.invite("anna", asks=True)
    w.invite("bert")
    w.ack("bert")
    same(w.ack("anna"), "unanswered", "ACK of the member")
    w.expect_ended("anna", "unanswered", "due")
    w.expect_places("(host) | bert | -")
    same(w.ack("host"), "unanswered", "ACK of the host")
    w.expect_ended("host", "unanswered", "due")
    w.expect_places("- | bert | -")
    same(w.ack("anna"), "ended", "the ACK again")
    w.expect_texts()  # bert's trial is not over


@case
def call_that_is_tried_again_describes_anew(w):
    """With the same Call-ID, after a 503 say."""
    w.invite("anna", asks=True)
    w.invite("anna", cseq=2)
    same(w.ack("anna", 2), "confirmed", "ACK")


@case
def description_that_is_not_answered_changes_nothing(w):
    w.call("anna")
    w.applies("anna", "music", "answer")
    w.reinvite("anna", 2, "new offer", "sip:new")
    w.do("due")  # it may have been applied by half
    w.wait(1500)
    same(w.do("withdraw", "anna", 2, "1"), ["withdrawn"], "withdraw")
    same((session(w, "anna"), w.stored("anna")["ask"]), (BEFORE, ""), "the session")
    same(w.do("applied", "anna", "music", "late answer", 2), "ok", "the consumer's word")
    same(answer_of(w, "anna", 2), None, "an answer")
    w.expect_agenda(anna=1500)
    same(w.do("withdraw", "anna", 2, "1"), ["kept", ""], "withdraw again")
    same(w.reinvite("anna", 2, "new offer"), ["late"], "the same request again")
    same(w.reinvite("anna", 3, "new offer")[0], "asked", "the next")


@case
def description_that_was_answered_meanwhile_counts(w):
    w.call("anna")
    w.applies("anna", "music", "answer")
    w.reinvite("anna", 2, "new offer")
    w.applies("anna", "music", "late answer", 2)
    same(w.do("withdraw", "anna", 2, "1"), ["kept", "late answer"], "withdraw")
    same(session(w, "anna")[0], "new offer", "the session")


@case
def answer_that_was_not_delivered_changes_nothing(w):
    w.call("anna")
    w.applies("anna", "music", "answer")
    w.reinvite("anna", 2, "new offer", "sip:new")
    w.applies("anna", "music", "new answer", 2)
    same(w.do("withdraw", "anna", 2), ["withdrawn"], "withdraw")
    same((session(w, "anna"), w.stored("anna")["applied"]), (BEFORE, "stale"), "the session")
    same(answer_of(w, "anna", 2), None, "its answer")
    same(w.stored("anna")["offer"], "due", "it may not know where the media are")
    w.reinvite("anna", 3, "new offer")
    same(w.do("withdraw", "anna", 2), ["kept", ""], "when there is a later one")
    same(w.do("withdraw", "nobody", 2), ["unknown"], "of nobody")


@case
def who_has_taken_an_offer_of_ours_agrees_to_that(w):
    """A report on the request before it comes late."""
    w.call("anna")
    w.applies("anna", "music", "answer")
    w.reinvite("anna", 2, "new offer")
    w.applies("anna", "music", "new answer", 2)
    w.do("media_lost", "anna")
    w.do("due")
    w.do("applied", "anna", "music", "answer elsewhere", "", "1")
    cseq, _ = w.do("offer_sent", "anna", w.now + 8000)
    w.do("offer_done", "anna", cseq, "taken", w.now, 200, "answer to ours")
    same(w.do("withdraw", "anna", 2), ["kept", "new answer"], "a report that comes late")
    same(session(w, "anna")[0], "answer to ours", "the session")


@case
def who_asks_from_elsewhere_is_there(w):
    """Behind a NAT that has given them another port."""

    def place():
        return tuple(w.stored("anna").get(name, "") for name in ("source", "socket"))

    def asks(cseq, *where, sdp="new offer", kind="reinvite"):
        return w.do("reinvite", "anna", "t-anna", cseq, sdp, "", kind, "", *where)[0]

    w.call("anna")
    w.applies("anna", "music", "answer")
    same(asks(2, "there", "udp"), "asked", "a re-INVITE")
    same(place(), ("there", "udp"), "place")
    same(asks(3, "thief", "udp"), "busy", "another at once")
    w.do("withdraw", "anna", 2)
    same((place(), session(w, "anna")), (("there", "udp"), BEFORE), "though it is refused after all")
    same(asks(2, "thief", "udp"), "late", "one of before")
    same(asks(4, sdp="", kind="update"), "done", "one of which nobody knows")
    same(place(), ("there", "udp"), "place")
    same(asks(5, "elsewhere", "tls", sdp="", kind="update"), "done", "a refresh")
    same(place(), ("elsewhere", "tls"), "place")


@case
def offer_of_ours_that_was_not_delivered_is_none(w):
    w.call("anna")
    w.applies("anna", "music", "answer")
    w.reinvite("anna", 2, "", "sip:new")
    same(w.do("withdraw", "anna", 2, "1"), ["kept", ""], "our offer is an answer")
    same(session(w, "anna"), (*BEFORE[:2], "sip:new"), "the session")
    same(w.do("withdraw", "anna", 2), ["withdrawn"], "it was not delivered")
    same(session(w, "anna"), BEFORE, "the session")
    same(w.reinvite("anna", 3, "", "sip:new"), ["ours", "outline of offer of anna", "answer", 3], "another")
    same(w.ack("anna", 3), "unanswered", "the ACK of a refusal, which came first")
    same(w.do("withdraw", "anna", 3), ["withdrawn"], "it was refused")
    same(session(w, "anna"), BEFORE, "the session")
    w.reinvite("anna", 4)
    w.do("withdraw", "anna", 4)
    same(w.reinvite("anna", 5, "new offer", kind="update")[0], "asked", "nothing is waited for")


@case
def who_has_acknowledged_our_offer_was_told(w):
    w.call("anna")
    w.applies("anna", "music", "answer")
    w.reinvite("anna", 2, "", "sip:new")
    w.ack("anna", 2, "answer of them")
    for open_only in ("1", ""):
        same(w.do("withdraw", "anna", 2, open_only), ["kept", ""], "a report that comes late")
    same(session(w, "anna"), ("answer of them", "outline of answer of them", "sip:new"), "the session")


@case
def description_that_comes_after_its_withdrawal_is_late(w):
    """They travel on ways of their own, and the one that is refused may be the slower one."""
    w.call("anna")
    w.applies("anna", "music", "answer")
    same(w.do("withdraw", "anna", 2), ["withdrawn"], "withdraw")
    same(w.reinvite("anna", 2, "new offer", "sip:new"), ["late"], "the re-INVITE")
    same(session(w, "anna"), BEFORE, "the session")
    same(w.reinvite("anna", 3, "new offer")[0], "asked", "the next")


SESSION_MS = 90000


@case
def session_that_is_not_refreshed_is_looked_at(w):
    w.invite("anna", session_ms=SESSION_MS)
    w.wait(10)
    w.ack("anna")
    w.applies("anna", "music", "answer")
    w.expect_agenda(anna=90010)
    w.wait(90000)
    w.do("probe", "anna", w.now + 14000)
    w.expect_agenda(anna=104010)
    w.wait(50)
    w.do("alive", "anna", w.now)
    w.expect_agenda(anna=180060)
    w.wait(1000)
    w.do("alive", "anna", w.now)  # a packet is no refresh
    w.expect_agenda(anna=180060)
    w.bye("anna")
    w.apply_all()
    w.expect_agenda()


@case
def refresh_gives_the_session_more_time(w):
    w.invite("anna", session_ms=SESSION_MS)
    w.ack("anna")
    w.applies("anna", "music", "answer")
    w.wait(1000)
    w.do("reinvite", "anna", "t-anna", 2, "", "", "update", 200000)
    w.expect_agenda(anna=201000)
    w.do("reinvite", "anna", "t-anna", 3, "", "", "reinvite", 300000)
    w.expect_agenda(anna=301000)
    w.do("reinvite", "anna", "t-anna", 4, "", "", "update", "")
    w.expect_agenda()
