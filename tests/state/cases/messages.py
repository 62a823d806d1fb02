"""SMS: what is written, in which order it goes out, what becomes of it."""

from ..world import ANNA, BERT, HOST, NUMBERS, START_MS, TAG, case, same

TO = ["+15550301", "+15550302"]


@case
def standard_texts(w):
    w.call("anna")
    w.call("bert", "carl")
    w.bye("anna")
    same([row["text"] for row in w.messages()], [
        "+15550201 is now on your conference line.",
        "+15550201 has left your conference line.",
        "+15550202 is now on your conference line (1 waiting).",
    ], "texts")  # fmt: skip


@case
def message_is_stored_whole(w):
    w.call("anna")
    same(w.messages(), [{
        "id": "anna-on-1", "line": "main", "leg": "anna", "call_id": "anna@phone", "kind": "on", "to": HOST,
        "text": f"{ANNA} is now on your conference line.", "status": "queued", "attempts": "0",
        "created_at": str(START_MS), "updated_at": str(START_MS),
    }], "message")  # fmt: skip


@case
def withheld_number_has_a_name(w):
    w.call("anon")
    w.bye("anon")
    w.expect_texts("Anonymous caller is now on.", "Anonymous caller has left.")


@case
def texts_of_the_line(w):
    w.configure(sms={"to": [HOST], "text_joined": "{line}: {number}, {waiting} wait{waiting_note} {x} {number} 100%1",
                     "text_left": "Bye {number}"})  # fmt: skip
    w.call("anna", "bert")
    w.bye("anna")
    w.expect_texts(f"main: {ANNA}, 0 wait {{x}} {ANNA} 100%1", f"Bye {ANNA}",
                   f"main: {BERT}, 0 wait {{x}} {BERT} 100%1")  # fmt: skip
    w.configure(sms={"to": [HOST], "text_joined": "{waiting}{waiting_note}"})
    w.call("carl", "dora")
    w.bye("bert")
    w.expect_texts(f"main: {ANNA}, 0 wait {{x}} {ANNA} 100%1", f"Bye {ANNA}",
                   f"main: {BERT}, 0 wait {{x}} {BERT} 100%1", f"{BERT} has left.", "1 (1 waiting)")  # fmt: skip


@case
def every_recipient_gets_each_message(w):
    w.configure(sms={"to": TO})
    w.call("anna", "bert")
    w.bye("anna")
    same([(row["id"], row["to"]) for row in w.messages()], [
        ("anna-on-1", TO[0]), ("anna-on-2", TO[1]), ("anna-left-1", TO[0]), ("anna-left-2", TO[1]),
        ("bert-on-1", TO[0]), ("bert-on-2", TO[1]),
    ], "ids and recipients")  # fmt: skip


@case
def hosts_are_no_news(w):
    w.call("host")
    w.call("host2")
    w.bye("host2")
    w.expect_texts()


@case
def newest_first_and_no_more_than_asked_for(w):
    w.call("anna")
    w.bye("anna")
    w.call("bert")
    same([name for name, _ in w.run("sms_list", "main", 2)], ["bert-on-1", "anna-left-1"], "list")
    same(w.run("sms_list", "nowhere", 2), [], "list of a line that is not there")


def claim(w, for_ms=30000, limit=32):
    """Claims what may go out: (id, to, attempt)."""
    return [(row[0], row[2], row[4]) for row in w.do("claim", w.now + for_ms, limit)]


def rows(w):
    return [(row["id"], row["status"], row["attempts"]) for row in w.messages()]


@case
def claim_shows_what_is_to_be_sent(w):
    w.call("anna")
    config = w.run("line_get", "main")
    text = f"{ANNA} is now on your conference line."
    same(w.do("claim", w.now + 30000), [["anna-on-1", "main", HOST, text, 1, config, "anna", "anna@phone"]], "claim")
    same(rows(w), [("anna-on-1", "sending", "1")], "message")
    same(claim(w), [], "claim again")


@case
def messages_of_a_line_go_one_by_one_in_order(w):
    w.configure(sms={"to": TO})
    w.call("anna")
    w.bye("anna")
    for wanted in (("anna-on-1", TO[0], 1), ("anna-on-2", TO[1], 1), ("anna-left-1", TO[0], 1), ("anna-left-2", TO[1], 1)):
        same(claim(w), [wanted], "claim")
        same(claim(w), [], "claim while one is under way")
        w.wait(100)
        same(w.do("result", wanted[0], 1, "sent"), "ok", "result")
    same(claim(w), [], "claim when all are sent")
    same(w.view().sms_due, {}, "lines with messages")


@case
def failed_message_makes_room_for_the_next(w):
    w.call("anna")
    w.bye("anna")
    claim(w)
    same(w.do("result", "anna-on-1", 1, "failed", error="no such number"), "ok", "result")
    same(w.messages()[0]["error"], "no such number", "error")
    same(claim(w), [("anna-left-1", HOST, 1)], "claim")


@case
def retry_waits_and_nothing_overtakes_it(w):
    w.call("anna")
    claim(w)
    same(w.do("result", "anna-on-1", 1, "queued", w.now + 1000), "ok", "result")
    w.bye("anna")  # one more message meanwhile
    w.wait(999)
    same(claim(w), [], "claim before the time")
    w.wait(1)
    same(claim(w), [("anna-on-1", HOST, 2)], "claim")
    w.do("result", "anna-on-1", 2, "sent")
    same(claim(w), [("anna-left-1", HOST, 1)], "claim after it")


@case
def claim_that_lapsed_is_taken_up_again_and_its_result_is_stale(w):
    w.call("anna")
    claim(w)
    w.wait(30000)
    same(claim(w), [("anna-on-1", HOST, 2)], "claim")
    same(w.do("result", "anna-on-1", 1, "failed"), "stale", "result of the first attempt")
    same(w.do("result", "anna-on-1", 2, "sent"), "ok", "result of the second")
    same(w.do("result", "anna-on-1", 2, "failed"), "stale", "the same once more")
    same(rows(w), [("anna-on-1", "sent", "2")], "message")
    same(w.do("result", "nothing", 1, "sent"), "unknown", "result of a message that is not there")


@case
def lines_do_not_wait_for_each_other(w):
    w.configure(line="other")
    w.call("anna")
    w.invite("bert", line="other")
    w.ack("bert")
    same(claim(w, limit=1), [("anna-on-1", HOST, 1)], "claim of one")
    same(claim(w), [("bert-on-1", HOST, 1)], "claim of the rest")
    w.do("result", "bert-on-1", 1, "queued", w.now + 60000)
    w.do("result", "anna-on-1", 1, "sent")
    w.bye("anna")
    same(claim(w), [("anna-left-1", HOST, 1)], "claim")


@case
def next_message_of_the_line_wakes_the_consumer(w):
    w.call("anna")
    w.bye("anna")
    claim(w)
    w.do("result", "anna-on-1", 1, "sent")
    newest = w.client.xrevrange(f"{TAG}:journal", count=1)[0][1]
    same((newest["event"], newest["line"]), ("sms_next", "main"), "newest entry")


@case
def outbox_keeps_the_last_thousand(w):
    for i in range(505):
        leg = f"anna{i}"
        w.call(leg)
        w.bye(leg)
        for kind in ("on", "left"):
            claim(w)
            w.do("result", f"{leg}-{kind}-1", 1, "sent")
    names = [row["id"] for row in w.messages(limit=2000)]
    same((len(names), names[0]), (1000, "anna5-on-1"), "messages kept, and the oldest")
    same(w.client.exists(f"{TAG}:sms:anna4-left-1"), 0, "an older one")
    same(len([key for key in w.client.keys() if ":sms:" in key]), 1000, "hashes of messages")


@case
def outbox_drops_nothing_unsent(w):
    for i in range(501):
        w.call(f"bert{i}")
        w.bye(f"bert{i}")
    same(len(w.messages(limit=2000)), 1002, "messages")
    same(claim(w), [("bert0-on-1", HOST, 1)], "claim")
    same(NUMBERS["bert"], BERT, "their caller")
