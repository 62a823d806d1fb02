"""SMS: in which order they go out, and what becomes of them."""

from ..verbs import MAX_AGE_MS
from ..world import ANNA, HOST, TAG, case, same

TO = ["+15550301", "+15550302"]
ON, LEFT = "main.anna-on-1", "main.anna-left-1"


def claim(w, for_ms=20000, limit=32):
    """Claims what may go out: (id, number of the claim, what to do)."""
    return [(row[0], row[4], row[8]) for row in w.do("claim", w.now + for_ms, limit)]


def claims(w, *wanted):
    same(claim(w), list(wanted), "claim")


def result(w, message, number, verdict, status, **more):
    """The result is taken, and the message is then in that status."""
    same(w.do("result", message, number, verdict, w.now + 1000, **more), ["ok", status], f"{verdict} of {message}")


def statuses(w):
    return {row["id"]: row["status"] for row in w.messages()}


@case
def claim_shows_what_is_to_be_sent(w):
    w.call("anna")
    config = w.run("line_get", "main")
    text = f"{ANNA} is now on your conference line."
    wanted = [ON, "main", HOST, text, 1, config, "anna", "anna@phone", "send", w.now]
    same(w.do("claim", w.now + 20000), [wanted], "claim")
    same([(row["status"], row["attempts"]) for row in w.messages()], [("sending", "1")], "message")
    claims(w)


@case
def messages_of_a_line_go_one_by_one_in_order(w):
    w.configure(sms={"to": TO})
    w.call("anna")
    for wanted in (ON, "main.anna-on-2", LEFT, "main.anna-left-2"):
        claims(w, (wanted, 1, "send"))
        claims(w)
        w.wait(100)
        result(w, wanted, 1, "sent", "sent")
        if wanted == "main.anna-on-2":
            w.bye("anna")
    claims(w)
    same(w.view().sms_due, {}, "lines with messages")


@case
def failed_message_makes_room_for_the_next(w):
    w.call("anna")
    claim(w)
    w.bye("anna")
    result(w, ON, 1, "failed", "failed", error="no such number")
    same(w.messages()[0]["error"], "no such number", "error")
    claims(w, (LEFT, 1, "send"))


@case
def retry_waits_and_nothing_overtakes_it(w):
    w.configure(sms={"to": TO})
    w.call("anna")
    claim(w)
    result(w, ON, 1, "again", "queued")
    w.wait(999)
    claims(w)
    w.wait(1)
    claims(w, (ON, 2, "send"))
    result(w, ON, 2, "sent", "sent")
    claims(w, ("main.anna-on-2", 1, "send"))


@case
def lines_do_not_wait_for_each_other(w):
    w.configure(line="other")
    w.call("anna")
    w.invite("bert", line="other")
    w.ack("bert")
    same(claim(w, limit=1), [(ON, 1, "send")], "claim of one")
    claims(w, ("other.bert-on-1", 1, "send"))
    same(w.do("result", "other.bert-on-1", 1, "again", w.now + 60000), ["ok", "queued"], "result")
    result(w, ON, 1, "sent", "sent")
    w.bye("anna")
    claims(w, (LEFT, 1, "send"))


@case
def next_message_of_the_line_wakes_the_consumer(w):
    w.call("anna")
    claim(w)
    w.bye("anna")
    result(w, ON, 1, "sent", "sent")
    newest = w.client.xrevrange(f"{TAG}:journal", count=1)[0][1]
    same((newest["event"], newest["line"]), ("sms_next", "main"), "newest entry")


# ----- a claim whose answer was lost -----


def unclaims(w, claimed_at, *wanted):
    same(w.do("unclaim", claimed_at + 20000), list(wanted), "messages taken back")


@case
def claim_whose_answer_was_lost_is_taken_back(w):
    w.call("anna")
    claim(w)
    lost_at = w.now
    w.wait(3000)
    unclaims(w, lost_at + 1)  # another one's
    unclaims(w, lost_at, ON)
    unclaims(w, lost_at)
    same([(m["status"], m["attempts"]) for m in w.messages()], [("queued", "0")], "message")
    claims(w, (ON, 2, "send"))
    unclaims(w, lost_at)
    result(w, ON, 2, "sent", "sent")
    unclaims(w, lost_at)


@case
def claim_that_was_lost_and_has_lapsed_stays_so(w):
    w.call("anna")
    claim(w)
    lost_at = w.now
    w.wait(20000)
    claims(w, (ON, 2, "lapsed"))
    unclaims(w, lost_at)
    same(statuses(w), {ON: "unknown"}, "message")


@case
def question_whose_claim_was_lost_is_asked_at_once(w):
    w.call("anna")
    claim(w)
    result(w, ON, 1, "doubt", "unknown")
    w.wait(1000)
    claim(w)
    lost_at = w.now
    w.wait(3000)
    claims(w)
    unclaims(w, lost_at)
    claims(w, (ON, 3, "ask"))


@case
def on_whose_claim_was_lost_is_cancelled_when_its_member_has_left(w):
    w.call("anna")
    claim(w)
    lost_at = w.now
    w.bye("anna")
    unclaims(w, lost_at, ON)
    same(statuses(w), {ON: "cancelled", LEFT: "cancelled"}, "messages")
    same(w.view().sms_due, {}, "lines with messages")


# ----- too old -----


@case
def old_messages_expire_and_younger_ones_go_out(w):
    w.configure(sms={"to": TO})
    w.call("anna")
    claim(w)
    result(w, ON, 1, "again", "queued")
    w.wait(MAX_AGE_MS - 1)
    claims(w, (ON, 2, "send"))
    result(w, ON, 2, "again", "queued")
    w.bye("anna")  # what is left of the others is taken back; see below
    w.call("bert")
    w.wait(MAX_AGE_MS)
    claims(w, ("main.bert-on-1", 0, "expired"), ("main.bert-on-2", 0, "expired"))
    same(w.view().sms_due, {}, "lines with messages")
    w.bye("bert")
    claims(w, ("main.bert-left-1", 1, "send"))


@case
def old_message_that_may_have_been_taken_is_not_called_expired(w):
    w.call("anna")
    claim(w)
    result(w, ON, 1, "unasked", "queued")
    w.wait(MAX_AGE_MS)
    claims(w, (ON, 1, "unknown"))
    w.call("host")
    w.bye("anna")
    claims(w, (LEFT, 1, "send"))
    w.wait(MAX_AGE_MS)
    claims(w, (LEFT, 1, "unknown"))  # the claim has lapsed
    same(statuses(w), {ON: "unknown", LEFT: "unknown"}, "messages")
    same([row["doubts"] for row in w.messages()], ["1", "1"], "requests that may have been taken")


# ----- perhaps taken -----


@case
def on_is_sent_again_and_left_is_not(w):
    """That is what happens where the line says nothing, and the provider cannot be asked."""
    w.call("anna")
    claim(w)
    result(w, ON, 1, "unasked", "queued")
    claims(w)
    w.wait(1000)
    claims(w, (ON, 2, "send"))
    result(w, ON, 2, "sent", "sent")
    w.bye("anna")
    claim(w)
    result(w, LEFT, 1, "unasked", "unknown")
    w.call("bert")
    claims(w, ("main.bert-on-1", 1, "send"))


@case
def line_decides_what_is_sent_again(w):
    for policy, status in (("resend", "queued"), ("leave", "unknown")):
        w.configure(line=policy, sms={"to": [HOST], "on_unknown": policy})
        w.do("invite", policy, policy, "+15550202")
        w.ack(policy)
        on, left = f"{policy}.{policy}-on-1", f"{policy}.{policy}-left-1"
        claim(w)
        result(w, on, 1, "unasked", status)
        if policy == "resend":
            w.wait(1000)
            claims(w, (on, 2, "send"))
            result(w, on, 2, "sent", "sent")
        w.do("bye", policy, policy, "")
        claim(w)
        result(w, left, 1, "unasked", status)


@case
def nothing_is_sent_again_for_ever(w):
    w.call("anna")
    for number, status in ((1, "queued"), (2, "queued"), (3, "unknown")):
        claims(w, (ON, number, "send"))
        result(w, ON, number, "unasked", status)
        w.wait(1000)
    claims(w)


@case
def provider_is_asked_before_anything_is_sent_again(w):
    w.call("anna")
    claim(w)
    result(w, ON, 1, "doubt", "unknown")
    claims(w)
    w.wait(1000)
    claims(w, (ON, 2, "ask"))
    result(w, ON, 2, "doubt", "unknown")  # it gave no answer
    w.wait(1000)
    claims(w, (ON, 3, "ask"))
    result(w, ON, 3, "absent", "queued")
    claims(w, (ON, 4, "send"))
    same(w.messages()[0]["attempts"], "2", "attempts")
    result(w, ON, 4, "doubt", "unknown")
    w.wait(1000)
    claims(w, (ON, 5, "ask"))
    result(w, ON, 5, "delivered", "delivered", provider_id="p1")
    same(w.messages()[0]["provider_id"], "p1", "the provider's id")
    claims(w)


@case
def claim_that_lapsed_leaves_a_doubt(w):
    w.call("anna")
    claim(w)
    w.wait(20000)
    claims(w, (ON, 2, "lapsed"))
    same(statuses(w), {ON: "unknown"}, "message")
    claims(w)
    same(w.do("result", ON, 1, "failed"), ["stale", "unknown"], "result of the first claim")
    w.wait(20000)
    claims(w, (ON, 3, "ask"))  # that one has died as well
    result(w, ON, 3, "unasked", "queued")
    w.wait(1000)
    claims(w, (ON, 4, "send"))
    result(w, ON, 4, "sent", "sent")
    same(w.do("result", ON, 4, "sent"), ["stale", "sent"], "the same once more")
    same(w.do("result", "main.nobody-on-1", 1, "sent"), ["unknown"], "result of a message that is not there")


@case
def late_word_that_it_was_sent_is_heard(w):
    """Of a process that was stopped for longer than its claim: what it sent need not be sent again."""
    w.call("anna")
    claim(w)
    w.wait(20000)
    claims(w, (ON, 2, "lapsed"))
    result(w, ON, 2, "unasked", "queued")
    same(w.do("result", ON, 1, "sent", provider_id="p1"), ["ok", "sent"], "late result")
    w.wait(1000)
    claims(w)


# ----- the member has left -----


@case
def on_that_never_went_out_is_cancelled_with_its_left(w):
    w.configure(sms={"to": TO})
    w.call("anna")
    claim(w)  # the first recipient's
    w.bye("anna")
    same(statuses(w), {ON: "sending", "main.anna-on-2": "cancelled", LEFT: "queued", "main.anna-left-2": "cancelled"}, "messages")
    result(w, ON, 1, "sent", "sent")
    claims(w, (LEFT, 1, "send"))
    result(w, LEFT, 1, "sent", "sent")
    claims(w)


@case
def cancelled_messages_do_not_hold_up_the_next(w):
    w.call("anna")
    claim(w)
    result(w, ON, 1, "again", "queued")  # not before a second is over
    w.call("bert")
    w.bye("anna")
    w.passes("bert")
    same(statuses(w), {ON: "cancelled", LEFT: "cancelled", "main.bert-on-1": "queued"}, "messages")
    claims(w, ("main.bert-on-1", 1, "send"))


@case
def cancelled_messages_are_in_the_journal(w):
    w.call("anna")
    w.bye("anna")
    seen = [fields for _, fields in w.client.xrange(f"{TAG}:journal") if fields["event"] == "sms_cancelled"]
    same([(f["sms"], f["leg"], f["call_id"]) for f in seen], [(ON, "anna", "anna@phone"), (LEFT, "anna", "anna@phone")], "entries")
    claims(w)


@case
def deleted_line_tells_what_it_has_not_sent(w):
    """One is being sent, or was and is in doubt; the others wait."""
    for verdict in (None, "doubt"):
        deleted_line_tells(w, verdict)
        w.client.flushall()
        w.configure()


def deleted_line_tells(w, verdict):
    w.call("anna")
    w.call("bert")
    claims(w, (ON, 1, "send"))
    if verdict:
        result(w, ON, 1, verdict, "unknown")
    w.bye("anna")
    w.bye("bert")
    queued = [row["id"] for row in w.messages() if row["status"] == "queued"]
    same(ON not in queued and LEFT in queued, True, "one is being sent, and more wait")
    before = w.client.xlen(f"{TAG}:journal")
    same(w.do("delete", "main")[0], "deleted", "delete")
    told = [fields for _, fields in w.client.xrange(f"{TAG}:journal")][before:]
    same([(f["event"], f.get("sms"), f.get("why")) for f in told],
         [("sms_unknown", ON, "line_deleted")] + [("sms_cancelled", message, "line_deleted") for message in queued]
         + [("line_deleted", None, None)], "journal")  # fmt: skip


@case
def on_that_was_refused_after_its_member_has_left_is_cancelled(w):
    for verdict in ("again", "absent"):
        w.call("anna")
        claim(w)
        w.bye("anna")
        if verdict == "absent":
            result(w, ON, 1, "doubt", "unknown")
            w.wait(1000)
            claims(w, (ON, 2, "ask"))
        result(w, ON, 2 if verdict == "absent" else 1, verdict, "cancelled")
        same(statuses(w), {ON: "cancelled", LEFT: "cancelled"}, "messages")
        claims(w)
        same(w.view().sms_due, {}, "lines with messages")
        w.client.flushall()
        w.configure()


@case
def on_that_may_have_been_taken_is_not_sent_again_once_its_member_has_left(w):
    w.call("anna")
    claim(w)
    w.bye("anna")
    result(w, ON, 1, "unasked", "unknown")
    claims(w, (LEFT, 1, "send"))
    result(w, LEFT, 1, "sent", "sent")
    w.call("bert")
    claim(w)
    result(w, "main.bert-on-1", 1, "unasked", "queued")
    w.bye("bert")
    same(statuses(w)["main.bert-on-1"], "unknown", "message")
    claims(w, ("main.bert-left-1", 1, "send"))
    w.call("carl")
    result(w, "main.bert-left-1", 1, "sent", "sent")
    claim(w)
    result(w, "main.carl-on-1", 1, "unasked", "queued")
    w.wait(1000)
    claims(w, ("main.carl-on-1", 2, "send"))
    w.bye("carl")
    result(w, "main.carl-on-1", 2, "again", "unknown")  # the first request may have been taken
    claims(w, ("main.carl-left-1", 1, "send"))


# ----- reports -----


def report(w, status, wanted, **more):
    told = [] if wanted == ["unknown"] else ["anna", "anna@phone"]
    same(w.do("report", ON, status, **more), wanted + told, f"report {status}")


@case
def report_moves_a_message_on(w):
    w.call("anna")
    report(w, "delivered", ["kept", "queued"])  # nobody has sent it
    claim(w)
    result(w, ON, 1, "sent", "sent", provider_id="p1")
    report(w, "sent", ["kept", "sent"], provider_id="p1")
    report(w, "delivered", ["moved", "delivered"], provider_id="p1")
    report(w, "delivered", ["kept", "delivered"], provider_id="p1")
    report(w, "failed", ["kept", "delivered"], provider_id="p1", error="late")
    same(w.messages()[0]["error"], "", "error")
    same(w.do("report", "main.nobody-on-1", "delivered"), ["unknown"], "report on a message that is not there")


@case
def report_of_another_provider_is_not_taken(w):
    w.call("anna")
    claim(w)
    result(w, ON, 1, "sent", "sent")
    report(w, "delivered", ["unknown"], provider="webhook")


@case
def report_may_come_before_the_answer(w):
    w.call("anna")
    claim(w)
    w.bye("anna")
    report(w, "delivered", ["moved", "delivered"])
    claims(w, (LEFT, 1, "send"))
    same(w.do("result", ON, 1, "sent", provider_id="p1"), ["stale", "delivered"], "answer")
    same(w.messages()[0]["provider_id"], "p1", "the provider's id")
    same(w.do("result", ON, 1, "failed"), ["stale", "delivered"], "another answer")


@case
def report_ends_a_doubt(w):
    for status in ("sent", "delivered", "failed"):
        w.call("anna")
        claim(w)
        result(w, ON, 1, "unasked", "queued")
        report(w, status, ["moved", status])
        w.wait(1000)
        claims(w)
        w.client.flushall()
        w.configure()


@case
def what_was_given_up_may_turn_out_to_be_delivered(w):
    w.call("anna")
    claim(w)
    w.bye("anna")
    result(w, ON, 1, "unasked", "unknown")
    report(w, "delivered", ["moved", "delivered"])
    claims(w, (LEFT, 1, "send"))
    result(w, LEFT, 1, "failed", "failed")
    same(w.do("report", LEFT, "delivered"), ["moved", "delivered", "anna", "anna@phone"], "report")


@case
def end_of_one_copy_is_no_failure_of_the_other(w):
    w.call("anna")
    claim(w)
    result(w, ON, 1, "unasked", "queued")
    w.wait(1000)
    claim(w)
    result(w, ON, 2, "sent", "sent", provider_id="p2")
    report(w, "failed", ["kept", "sent"], provider_id="p1")
    report(w, "failed", ["moved", "failed"], provider_id="p2", error="absent subscriber")
    same(w.messages()[0]["error"], "absent subscriber", "error")
    report(w, "delivered", ["moved", "delivered"], provider_id="p1")
