"""The host leaves, comes back, calls twice."""

from ..world import ANNA, BERT, case, same


@case
def host_leaves_and_the_member_is_hung_up(w):
    w.call("host", "anna", "bert")
    same(w.bye("host"), ["left", "host@phone"], "BYE of the host")
    w.expect_ended("anna", "host_left", bye="due")
    w.expect_places("- | bert | -")
    w.expect_hears(bert="music")
    w.passes("bert")
    w.expect_texts(f"{ANNA} is now on.", f"{ANNA} has left.", f"{BERT} is now on.")
    w.call("host2")
    w.expect_hears(host2="talk:bert", bert="talk:host2")


@case
def host_leaves_an_empty_line(w):
    w.call("host")
    w.bye("host")
    w.expect_places("- | - | -")
    w.expect_ended("host", "bye")


@case
def host_leaves_and_the_member_keeps_the_seat(w):
    w.configure(on_host_leave="keep_member")
    w.call("host", "anna", "bert")
    w.bye("host")
    w.expect_places("- | anna | bert")
    w.expect_hears(anna="music", bert="music")
    w.call("host2")
    w.expect_hears(host2="talk:anna", anna="talk:host2")
    w.expect_texts(f"{ANNA} is now on.")


@case
def host_leaves_and_the_member_is_first_in_the_queue(w):
    w.configure(on_host_leave="requeue_member")
    w.call("host", "anna", "bert")
    w.wait(5000)
    w.bye("host")
    w.expect_places("- | anna | bert")  # the seat is free and anna is first: let in again
    w.expect_hears(anna="music", bert="music")
    w.expect_texts(f"{ANNA} is now on.")
    w.bye("anna")
    same([(c["leg"], c["waited"], c["talked"]) for c in w.calls()],
         [("host", "0", "5000"), ("anna", "0", "5000")], "history")  # fmt: skip


@case
def member_before_the_ack_stays_when_the_host_leaves(w):
    w.call("host")
    w.invite("anna")
    w.bye("host")
    w.expect_places("- | anna | -")
    w.ack("anna")
    w.expect_hears(anna="music")


@case
def second_host_leg_takes_over_with_its_ack(w):
    w.call("host", "anna")
    same(w.invite("host2"), ["conference", "host"], "INVITE")
    w.expect_places("host (host2) | anna | -")
    w.expect_hears(host="talk:anna", anna="talk:host", host2="")
    w.ack("host2")
    w.expect_places("host2 | anna | -")
    w.expect_hears(host2="talk:anna", anna="talk:host2")
    w.expect_ended("host", "taken_over", bye="due")
    w.expect_texts(f"{ANNA} is now on.")


@case
def third_host_leg_replaces_a_pending_second(w):
    w.call("host", "anna")
    w.invite("host2")
    w.invite("host3")
    w.expect_places("host (host3) | anna | -")
    w.expect_ended("host2", "taken_over", bye="due")
    same(w.ack("host2"), "ended", "ACK of the replaced leg")
    w.expect_hears(host="talk:anna", anna="talk:host")
    w.ack("host3")
    w.expect_places("host3 | anna | -")


@case
def pending_host_leg_that_goes_disturbs_nobody(w):
    w.call("host", "anna")
    w.invite("host2")
    w.cancel("host2")
    w.expect_places("host | anna | -")
    w.expect_hears(host="talk:anna", anna="talk:host")
    w.invite("host3")
    w.wait(32000)
    w.do("no_ack", "main", "host3")
    w.expect_places("host | anna | -")


@case
def old_host_leg_may_go_before_the_new_one_is_up(w):
    w.configure(on_host_leave="keep_member")
    w.call("host", "anna")
    w.invite("host2")
    w.bye("host")
    w.expect_places("(host2) | anna | -")
    w.expect_hears(anna="music")
    w.ack("host2")
    w.expect_hears(anna="talk:host2", host2="talk:anna")


@case
def late_bye_of_the_old_host_leg_is_no_matter(w):
    w.call("host", "anna")
    w.call("host2")
    same(w.bye("host"), "repeated", "BYE of the old leg")
    w.expect_places("host2 | anna | -")
    w.expect_hears(host2="talk:anna", anna="talk:host2")
    same(w.leg("host").bye, "none", "a BYE that nobody waits for")


@case
def two_hosts_of_a_line_are_one_place(w):
    w.configure(hosts=["+15550199", BERT])
    w.call("host", "anna", "bert")
    w.expect_places("bert | anna | -")
    w.expect_ended("host", "taken_over", bye="due")
