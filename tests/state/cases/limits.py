"""How many calls there may be at a time."""

from ..world import NUMBERS, case, same

TRUNK = {"carrier": 3}


@case
def line_has_no_more_calls_than_it_may(w):
    w.configure(max_calls=2)
    w.call("anna", "bert")
    w.turned_away("carl", "line_full")
    w.call("host")  # there is always room for the host
    w.bye("anna")
    w.bye("bert")
    same(w.invite("dora"), ["conference", "member"], "INVITE when there is room again")
    same(w.invite("carl", cseq=2), ["line_full"], "another try: the host counts")


@case
def caller_has_no_more_calls_than_they_may(w):
    w.configure(max_calls_per_caller=1)
    w.call("anna")
    same(w.do("invite", "main", "anna2", NUMBERS["anna"]), ["caller_full"], "second call of the same caller")
    same(w.invite("bert"), ["hold", "member"], "INVITE of another")
    w.bye("anna")
    same(w.do("invite", "main", "anna3", NUMBERS["anna"]), ["hold", "member"], "INVITE when the first is over")
    for leg in ("x1", "x2"):
        same(w.do("invite", "main", leg, ""), ["hold", "member"], "callers without a number are not one caller")


@case
def host_may_call_again(w):
    w.configure(max_calls=1, max_calls_per_caller=1)
    w.call("host")
    same(w.do("invite", "main", "host2", NUMBERS["host"]), ["conference", "host"], "the host calls from another phone")


@case
def no_room_turns_new_calls_away(w):
    w.call("anna")
    for word in ("trunk_full", "all_full"):
        same(w.invite("anna", no_room=word), ["merged"], "a call that is up is not touched")
    w.turned_away("bert", "all_full", no_room="all_full")
    w.turned_away("host", "trunk_full", no_room="trunk_full")
    same(w.invite("bert", cseq=2), ["hold", "member"], "another try, when there is room")


@case
def calls_of_a_trunk_are_counted(w):
    w.call("anna", "bert", "host")
    same(w.view().trunk_calls, TRUNK, "of the trunk")
    same(w.run("trunk_calls"), ["carrier", "3"], "as the service sees it")
    w.cancel("carl")  # before its INVITE
    w.turned_away("dora", "all_full", no_room="all_full")
    same(w.view().trunk_calls, TRUNK, "who is not let in is not counted")
    for leg in ("anna", "host", "bert"):
        w.bye(leg)
        w.bye(leg)
    same((w.view().trunk_calls, w.view().lines["main"].callers), ({}, {}), "nobody is there any more")
