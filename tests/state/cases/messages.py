"""SMS: what is written, and what is kept. How it goes out is in sending.py."""

import random
import re

from ..world import ANNA, BERT, HOST, NUMBERS, START_MS, TAG, case, same

TO = ["+15550301", "+15550302"]


@case
def standard_texts(w):
    w.call("anna")
    w.call("bert", "carl")
    w.bye("anna")
    w.passes("bert")
    same([row["text"] for row in w.messages()], [
        "+15550201 is now on your conference line.",
        "+15550201 has left your conference line.",
        "+15550202 is now on your conference line (1 waiting).",
    ], "texts")  # fmt: skip


@case
def message_is_stored_whole(w):
    w.call("anna")
    same(w.messages(), [{
        "id": "main.anna-on-1", "line": "main", "leg": "anna", "call_id": "anna@phone", "kind": "on", "to": HOST,
        "caller": ANNA, "text": f"{ANNA} is now on your conference line.", "status": "queued", "error": "", "attempts": "0",
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
    w.passes("bert")
    w.expect_texts(f"main: {ANNA}, 0 wait {{x}} {ANNA} 100%1", f"Bye {ANNA}",
                   f"main: {BERT}, 0 wait {{x}} {BERT} 100%1")  # fmt: skip
    w.configure(sms={"to": [HOST], "text_joined": "{waiting}{waiting_note}"})
    w.call("carl", "dora")
    w.bye("bert")
    w.passes("carl")
    w.expect_texts(f"main: {ANNA}, 0 wait {{x}} {ANNA} 100%1", f"Bye {ANNA}",
                   f"main: {BERT}, 0 wait {{x}} {BERT} 100%1", f"{BERT} has left.", "1 (1 waiting)")  # fmt: skip


@case
def templates_of_any_text(w):
    """A name in braces is replaced, once; whatever else is in a template stays."""
    values = {"number": ANNA, "line": "main", "waiting": "0", "waiting_note": ""}
    pieces = ["{", "}", "%", "%1", "%%", "\\", "\0", "\n", "ü", "\U0001f600", "{}", "{Number}", "{number }", "x", "-", "[", "^", "$"]
    pieces += ["{" + name + "}" for name in values] * 2
    chance = random.Random(4475)
    for i in range(60):
        template = "".join(chance.choices(pieces, k=chance.randint(1, 12)))
        w.configure(sms={"to": [HOST], "text_joined": template})
        w.call(f"anna{i}")
        text = re.sub("{([a-z_]+)}", lambda found: values.get(found[1], found[0]), template)
        same(w.messages()[-1]["text"], text, f"text of {template!r}")
        w.bye(f"anna{i}")


@case
def every_recipient_gets_each_message(w):
    w.configure(sms={"to": TO})
    w.call("anna", "bert")
    w.bye("anna")
    w.passes("bert")
    same([(row["id"], row["to"]) for row in w.messages()], [
        ("main.anna-on-1", TO[0]), ("main.anna-on-2", TO[1]), ("main.anna-left-1", TO[0]), ("main.anna-left-2", TO[1]),
        ("main.bert-on-1", TO[0]), ("main.bert-on-2", TO[1]),
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
    same([name for name, _ in w.run("sms_list", "main", 2)], ["main.bert-on-1", "main.anna-left-1"], "list")
    same(w.run("sms_list", "nowhere", 2), [], "list of a line that is not there")


def send_all(w):
    while rows := w.do("claim", w.now + 1000):
        w.do("result", rows[0][0], rows[0][4], "sent")


@case
def outbox_keeps_the_last_thousand(w):
    for i in range(505):
        leg = f"anna{i}"
        w.call(leg)
        send_all(w)
        w.bye(leg)
        send_all(w)
    names = [row["id"] for row in w.messages(limit=2000)]
    same((len(names), names[0]), (1000, "main.anna5-on-1"), "messages kept, and the oldest")
    same(w.client.exists(f"{TAG}:sms:main.anna4-left-1"), 0, "an older one")
    same(len([key for key in w.client.keys() if ":sms:" in key]), 1000, "hashes of messages")


@case
def outbox_drops_nothing_unsent(w):
    w.call("bert0")
    w.do("claim", w.now + 1000)
    w.bye("bert0")
    for i in range(1, 501):
        w.call(f"bert{i}")
        w.bye(f"bert{i}")
    same(len(w.messages(limit=2000)), 1002, "messages")
    w.do("result", "main.bert0-on-1", 1, "unasked")  # unknown, and left so
    send_all(w)
    w.call("anna")
    same(w.messages(limit=2000)[0]["id"], "main.bert1-on-1", "oldest, once it was told")
    w.bye("anna")
    same(w.messages(limit=2000)[0]["id"], "main.bert2-on-1", "oldest, later")
    w.call("anna2")
    w.bye("anna2")
    same(len(w.messages(limit=2000)), 1000, "messages, after some more were written")
    same(NUMBERS["bert"], BERT, "their caller")
