"""SMS: how many a line may send, and how often it tells of the same caller."""

from ..world import BERT, CONFIG, HOST, TAG, case, same
from .sending import TO, claim, result, statuses

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
FULL = "sms.max_per_hour: there were {} within the hour"


def limit(w, **sms):
    w.configure(sms={"to": [HOST]} | sms)


def send_all(w):
    """The provider takes what may go out, one message after the other."""
    while rows := claim(w):
        for message, number, _ in rows:
            result(w, message, number, "sent", "sent")


def visit(w, leg, ms=1000):
    """A member comes, is announced where that may be, and leaves."""
    w.call(leg)
    send_all(w)
    w.wait(ms)
    w.bye(leg)
    send_all(w)


def became(w, *wanted):
    """Statuses of the messages of each leg: ("anna", "sent", "sent")."""
    found = statuses(w)
    same([(leg, *(found.get(f"main.{leg}-{kind}-1", "") for kind in ("on", "left"))) for leg, *_ in wanted], list(wanted), "messages")


@case
def no_more_go_out_than_may(w):
    limit(w, max_per_hour=4)
    for leg in ("anna", "bert", "carl"):
        visit(w, leg)
    became(w, ("anna", "sent", "sent"), ("bert", "sent", "sent"), ("carl", "suppressed", "suppressed"))
    rows = [row for row in w.messages() if row["leg"] == "carl"]
    same([(row["error"], row["attempts"], row["to"]) for row in rows], [(FULL.format(4), "0", HOST)] * 2, "what is on record")
    same(w.view().sms_due, {}, "lines with messages")


@case
def hour_slides(w):
    limit(w, max_per_hour=4)
    visit(w, "anna", ms=30 * MINUTE_MS)
    visit(w, "bert", ms=0)
    w.wait(30 * MINUTE_MS - 1)  # a millisecond more, and the first message was an hour ago
    visit(w, "carl", ms=0)
    w.wait(1)
    visit(w, "carl2", ms=0)  # one of four: there is room for one, not for two
    w.wait(30 * MINUTE_MS - 1)
    visit(w, "carl3", ms=0)  # the other three are from one moment
    w.wait(1)
    visit(w, "carl4", ms=0)
    became(w, ("anna", "sent", "sent"), ("bert", "sent", "sent"), ("carl", "suppressed", "suppressed"),
           ("carl2", "suppressed", "suppressed"), ("carl3", "suppressed", "suppressed"), ("carl4", "sent", "sent"))  # fmt: skip


@case
def has_left_always_follows(w):
    """What it costs is set aside when the member is announced."""
    limit(w, max_per_hour=3)
    w.call("anna", "bert")
    send_all(w)
    w.bye("anna")
    w.passes("bert")
    send_all(w)
    w.bye("bert")
    became(w, ("anna", "sent", "sent"), ("bert", "suppressed", "suppressed"))


@case
def member_who_stays_longer_than_an_hour(w):
    limit(w, max_per_hour=2)
    visit(w, "anna", ms=2 * HOUR_MS)
    visit(w, "bert")
    w.wait(HOUR_MS)
    visit(w, "carl")
    became(w, ("anna", "sent", "sent"), ("bert", "suppressed", "suppressed"), ("carl", "sent", "sent"))


@case
def each_recipient_counts(w):
    limit(w, to=TO, max_per_hour=6)
    visit(w, "anna")
    visit(w, "bert")
    found = {row["id"].removeprefix("main."): row["status"] for row in w.messages() if row["leg"] == "bert"}
    same(found, {"bert-on-1": "sent", "bert-on-2": "suppressed", "bert-left-1": "sent", "bert-left-2": "suppressed"}, "messages")


@case
def sixty_an_hour_where_the_line_says_nothing(w):
    for number in range(1, 32):
        visit(w, f"anna{number}")
    became(w, ("anna30", "sent", "sent"), ("anna31", "suppressed", "suppressed"))
    limit(w, max_per_hour=0)
    visit(w, "bert")
    became(w, ("bert", "sent", "sent"))


@case
def limit_that_has_become_lower_holds_for_has_left(w):
    limit(w, max_per_hour=0)
    w.call("anna")
    send_all(w)
    limit(w, max_per_hour=2)
    w.bye("anna")
    send_all(w)
    visit(w, "bert")  # one of two is left
    limit(w, max_per_hour=0)
    w.call("carl")
    send_all(w)
    limit(w, max_per_hour=2)
    visit(w, "anna2")
    w.bye("carl")
    send_all(w)
    became(w, ("anna", "sent", "sent"), ("bert", "suppressed", "suppressed"), ("carl", "sent", "sent"))
    visit(w, "dora")
    limit(w, max_per_hour=0)
    w.call("carl2")
    send_all(w)
    limit(w, max_per_hour=2)
    w.bye("carl2")
    send_all(w)
    became(w, ("dora", "suppressed", "suppressed"), ("carl2", "sent", "suppressed"))


@case
def same_caller_is_announced_once_in_a_while(w):
    limit(w, repeat_minutes=10)
    visit(w, "anna", ms=9 * MINUTE_MS)
    visit(w, "anna2", ms=0)
    visit(w, "bert", ms=0)
    w.wait(MINUTE_MS - 1)
    visit(w, "anna3", ms=0)
    w.wait(1)
    visit(w, "anna4", ms=0)
    became(w, ("anna", "sent", "sent"), ("anna2", "suppressed", "suppressed"), ("bert", "sent", "sent"),
           ("anna3", "suppressed", "suppressed"), ("anna4", "sent", "sent"))  # fmt: skip
    (row,) = [row for row in w.messages() if row["id"] == "main.anna2-on-1"]
    same(row["error"], "sms.repeat_minutes: told 540 s before", "what is on record")


@case
def callers_without_a_number_are_one_caller(w):
    limit(w, repeat_minutes=1)
    visit(w, "anon")
    visit(w, "anon2")
    became(w, ("anon", "sent", "sent"), ("anon2", "suppressed", "suppressed"))


@case
def what_never_went_out_costs_nothing(w):
    limit(w, max_per_hour=2, repeat_minutes=10)
    for number in (1, 2, 3):
        w.call(f"anna{number}")
        w.bye(f"anna{number}")
    visit(w, "anna")
    became(w, ("anna1", "cancelled", "cancelled"), ("anna3", "cancelled", "cancelled"), ("anna", "sent", "sent"))
    visit(w, "bert")
    became(w, ("bert", "suppressed", "suppressed"))


@case
def suppressed_messages_hold_up_nothing_and_are_in_the_journal(w):
    limit(w, max_per_hour=2)
    visit(w, "anna")
    w.call("bert")
    seen = [fields for _, fields in w.client.xrange(f"{TAG}:journal") if fields["event"] == "sms_suppressed"]
    wanted = [("main.bert-on-1", "bert", "bert@phone", FULL.format(2))]
    same([(f["sms"], f["leg"], f["call_id"], f["why"]) for f in seen], wanted, "journal")
    same(w.do("report", "main.bert-on-1", "delivered"), ["kept", "suppressed", "bert", "bert@phone"], "report")
    w.configure(sms=CONFIG["sms"])
    w.bye("bert")
    visit(w, "carl")
    became(w, ("bert", "suppressed", "suppressed"), ("carl", "sent", "sent"))
    same([row["text"] for row in w.messages() if row["leg"] == "bert"][0], f"{BERT} is now on your conference line.", "text")


@case
def deleted_line_has_no_past(w):
    limit(w, max_per_hour=2, repeat_minutes=60)
    visit(w, "anna")
    w.do("delete", "main")
    same([k for k in w.client.scan_iter("*:sms_*") if "main" in k], [], "keys")
    limit(w, max_per_hour=2, repeat_minutes=60)
    visit(w, "anna2")
    became(w, ("anna2", "sent", "sent"))
