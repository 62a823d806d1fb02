"""Lines, their numbers, the consumer's lease."""

import json

from .. import verbs
from ..world import ANNA, CONFIG, DIDS_TAG, START_MS, TAG, case, same


def claim(w, line, *numbers):
    return w.run("did_claim", w.now, line, *numbers, tag=DIDS_TAG)


def owner(w, number):
    return w.run("did_lookup", number, tag=DIDS_TAG)


@case
def number_belongs_to_one_line(w):
    same(claim(w, "main", "+1", "+2"), ["claimed", str(START_MS)], "claim")
    w.wait(100)
    same(claim(w, "other", "+3", "+2"), ["taken", "+2", "main", str(START_MS)], "claim of another line")
    same([owner(w, number) for number in ("+1", "+2", "+3")], ["main", "main", ""], "owners: all or none")
    same(claim(w, "main", "+1", "+3"), ["claimed", str(START_MS + 100)], "claim again, with one more")
    same(claim(w, "other", "+1"), ["taken", "+1", "main", str(START_MS + 100)], "claimed anew")
    same(claim(w, "main", "+1"), ["claimed", str(START_MS + 101)], "claimed in the same millisecond")


@case
def only_the_owner_gives_a_number_back(w):
    claim(w, "main", "+1", "+2")
    same(w.run("did_release", "other", w.now, "+1", tag=DIDS_TAG), 0, "another line")
    same(w.run("did_release", "main", w.now - 1, "+1", tag=DIDS_TAG), 0, "an earlier write of the line")
    same(w.run("did_release", "main", w.now, "+1", "+9", tag=DIDS_TAG), 1, "the line")
    same([owner(w, "+1"), owner(w, "+2")], ["", "main"], "owners")
    same(claim(w, "other", "+1")[0], "claimed", "claim of what was given back")


@case
def line_is_created_replaced_listed(w):
    same(w.configure(line="b", music="b.wav"), ["put", ""], "before it is there")
    same(json.loads(w.configure(line="b", music="c.wav")[1])["music"], "b.wav", "what it was")
    w.configure(line="a")
    same(json.loads(w.run("line_get", "b")), CONFIG | {"music": "c.wav"}, "what it is")
    same(w.run("line_get", "nowhere"), "", "one that is not there")
    listed = w.run("line_list")
    same(listed[::2], ["a", "b", "main"], "names")
    same(json.loads(listed[3])["music"], "c.wav", "configuration of b")


@case
def replaced_line_keeps_its_callers(w):
    w.call("host", "anna", "bert")
    w.configure(hosts=["+15550888"], enabled=False, max_waiting=0, on_host_leave="keep_member")
    w.expect_places("host | anna | bert")
    w.bye("host")
    w.expect_places("- | anna | bert")
    w.bye("anna")
    w.expect_places("- | bert | -")


@case
def busy_line_is_not_deleted(w):
    for leg, wait in (("host", False), ("anna", False), ("bert", True)):
        w.invite(leg)
        same(w.do("delete", "main"), ["busy"], f"delete with {leg}")
        if not wait:
            w.cancel(leg)
    w.cancel("bert")
    w.call("host2")
    same(w.do("delete", "main"), ["busy"], "delete with a confirmed host")


@case
def deleted_line_leaves_nothing(w):
    w.configure(sms={"to": ["+1", "+2"]})
    before = w.run("line_get", "main")
    w.call("host", "anna", "bert")
    w.do("end_all", "main")
    w.do("claim", w.now + 1000)
    same(w.do("delete", "main"), ["deleted", before, str(START_MS)], "delete")
    same(w.do("delete", "main"), ["unknown"], "delete again")
    w.apply_all()
    kept = (f"{TAG}:journal", f"{TAG}:leg:", f"{TAG}:line_floor")
    same([key for key in w.client.keys() if not key.startswith(kept)], [], "keys")
    same(w.do("result", "main.anna-on-1", 1, "sent"), ["unknown"], "result of a message that went with it")
    same(w.invite("carl"), ["moved"], "INVITE")
    same(w.ack("anna"), "ended", "late ACK")


@case
def deleted_line_can_come_back(w):
    w.call("anna")
    w.do("hang_up", "main", "anna")
    w.do("delete", "main")
    w.wait(1)
    w.configure()
    same(w.bye("anna"), "repeated", "BYE of before")
    w.call("bert", "carl")
    w.expect_places("- | bert | carl")
    same(len(w.messages()), 1, "messages")
    same(len(w.calls()), 0, "history")


@case
def consumers_take_turns(w):
    same(w.run("lease", "one", 60000), 1, "lease of the first")
    left = -w.run("lease", "two", 60000)
    same(59000 < left <= 60000, True, f"for how long it is another's: {left} ms")
    same(w.run("lease", "one", 60000), 1, "lease renewed")
    same(0 < w.client.pttl(f"{TAG}:lease") <= 60000, True, "it lapses")
    same(w.run("release", "two"), 0, "given back by another")
    same(w.run("release", "one"), 1, "given back")
    same(w.run("lease", "two", 60000), 2, "lease of another, one epoch later")
    w.client.delete(f"{TAG}:lease")  # lapsed
    same(w.run("lease", "two", 60000), 3, "lease taken anew")


@case
def numbers_of_other_lines_do_not_matter(w):
    w.configure(line="other", hosts=[ANNA], dids=["+15550111"])
    same(w.invite("anna"), ["conference", "member"], "a host of another line")
    same(w.do("invite", "other", "x1", ANNA, did="+15550111"), ["conference", "host"], "on that line")
    same(w.do("invite", "other", "x2", ANNA, did=verbs.DID), ["moved"], "by the wrong number")
