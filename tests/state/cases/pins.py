"""A caller with a host's number proves that they are the host."""

from .. import verbs
from ..world import ANNA, HOST, START_MS, case, pairs, same

PIN = "4711"
POLICY = {"host_trust": "pin", "pin_sealed": verbs.sealed(PIN)}
TRY_MS = 20_000
HOUR_MS = 3_600_000
FAILED = f"A caller with the number {HOST} did not know the PIN of your conference line."


def asked(w):
    """Who is asked for the PIN, and what they hear."""
    view = w.view()
    return {leg: view.legs[leg].want for leg in view.lines["main"].pins}


def wrong(w):
    """Wrong PINs: of the line, and by caller within the hour."""
    status = w.status()
    return status[4], pairs(status[5])


@case
def policy_says_who_is_the_host(w):
    table = {  # policy: role by trust
        "caller_id": {"verified": "host", "unknown": "host", "unverified": "host"},
        "verified": {"verified": "host", "unknown": "member", "unverified": "member"},
        "pin": {"verified": "host", "unknown": "unproven", "unverified": "unproven"},
    }
    for policy, roles in table.items():
        for trust, role in roles.items():
            w.configure(**POLICY | {"host_trust": policy})
            same(w.invite("host", trust=trust), ["conference", role], f"{policy}, {trust}")
            same(w.invite("anna", trust=trust)[1], "member", f"{policy}, {trust}, somebody else")
            w.client.flushall()


@case
def without_a_policy_the_number_is_enough(w):
    same(w.invite("host"), ["conference", "host"], "INVITE")


@case
def right_pin_makes_the_host(w):
    w.configure(**POLICY)
    w.call("anna", "host")
    w.expect_places("- | anna | -")
    same(asked(w), {"host": "ask:1"}, "asked")
    w.expect_hears(anna="music")
    w.expect_agenda(anna=0, host=0)
    w.apply_all()
    w.expect_agenda(host=TRY_MS)
    w.wait(1000)
    same(w.press("host", "471"), "more", "all but the last digit")
    w.expect_agenda(host=1000 + TRY_MS)
    same(w.press("host", "1"), "proven", "the last digit")
    w.expect_places("host | anna | -")
    w.expect_hears(host="talk:anna", anna="talk:host")
    same((w.leg("host").role, w.leg("host").pin_typed, w.leg("host").pin_until), ("host", "", ""), "the leg")
    same(wrong(w), (0, {}), "wrong PINs")
    same(w.press("host", "#"), "ignored", "# behind it")
    w.expect_texts(f"{ANNA} is now on.")


@case
def host_who_proves_it_takes_over(w):
    w.configure(**POLICY)
    w.invite("host", trust="verified")
    w.ack("host")
    w.call("anna", "host2")
    w.expect_hears(host="talk:anna", anna="talk:host", host2="ask:1")
    w.press("host2", PIN)
    w.expect_ended("host", "taken_over", bye="due")
    w.expect_hears(host2="talk:anna", anna="talk:host2")


@case
def no_digit_of_a_pin_is_stored(w):
    w.configure(**POLICY)
    w.call("host")
    w.press("host", "471")
    stored = w.stored("host")
    same(stored["pin_typed"], "".join(map(verbs.token, "471")), "what was typed")
    same([name for name, value in stored.items() if "471" in value], [], "fields with the digits")


@case
def keys_clear_and_end_a_try(w):
    w.configure(**POLICY)
    w.call("host")
    same(w.press("host", "#"), "ignored", "# before any digit")
    same(w.press("host", "99*"), "more", "* clears")
    same(w.leg("host").pin_typed, "", "typed")
    same(w.press("host", PIN), "proven", "then the PIN")
    w.call("host2")
    same(w.press("host2", "47#"), "wrong", "# ends")
    same(asked(w), {"host2": "ask:2"}, "asked")


@case
def three_wrong_pins_make_a_member(w):
    w.configure(**POLICY)
    w.call("anna", "host")
    for n, keys in enumerate(("1111", "12#"), 2):
        same(w.press("host", keys), "wrong", keys)
        same(asked(w), {"host": f"ask:{n}"}, "asked")
    same(w.press("host", "0000"), "unproven", "the third")
    w.expect_places("- | anna | host")
    w.expect_hears(host="music")
    same((w.leg("host").role, asked(w)), ("member", {}), "role, asked")
    same(wrong(w), (3, {HOST: 3}), "wrong PINs")
    w.expect_texts(f"{ANNA} is now on.", FAILED)
    same(w.press("host", PIN), "ignored", "the PIN, too late")
    w.apply_all()
    w.bye("anna")
    w.expect_places("- | host | -")
    same(w.leg("host").trial, "1", "trial")


@case
def who_fails_on_an_empty_line_is_seated_on_trial(w):
    w.configure(**POLICY)
    w.call("host")
    w.press("host", "111122223333")
    w.expect_places("- | host | -")
    w.passes("host")
    w.expect_texts(FAILED, f"{HOST} is now on.")
    same([(c["role"], c["reason"]) for c in w.calls()], [], "ended")


@case
def who_fails_waits_behind_the_others_and_not_beyond_the_limit(w):
    w.configure(**POLICY | {"max_waiting": 1})
    w.call("anna", "host", "bert")
    w.press("host", "111122223333")
    w.expect_ended("host", "full", bye="due")
    w.expect_places("- | anna | bert")
    w.configure(**POLICY | {"max_waiting": 2})
    w.call("host2")
    w.press("host2", "111122223333")
    w.expect_places("- | anna | bert host2")


@case
def time_without_a_key_is_a_wrong_try(w):
    w.configure(**POLICY)
    w.call("host")
    w.apply_all()
    w.wait(TRY_MS - 1)
    same(w.late("host"), "ignored", "not yet")
    w.press("host", "4")
    w.wait(TRY_MS - 1)
    same(w.late("host"), "ignored", "a key gives time again")
    w.wait(1)
    same(w.late("host"), "wrong", "now")
    same((asked(w), w.leg("host").pin_typed), ({"host": "ask:2"}, ""), "asked, typed")
    same(w.late("host"), "ignored", "the same once more")
    for outcome in ("wrong", "unproven"):
        w.wait(TRY_MS)
        same(w.late("host"), outcome, "silence")
    same(wrong(w), (3, {HOST: 3}), "wrong PINs")
    w.expect_places("- | host | -")


@case
def caller_with_six_wrong_pins_is_not_asked_for_an_hour(w):
    w.configure(**POLICY)
    for leg in ("host", "host2"):
        w.call(leg)
        w.press(leg, "111122223333")
        w.bye(leg)
    same(wrong(w), (6, {HOST: 6}), "wrong PINs")
    same(w.invite("host3"), ["conference", "member"], "the third call")
    same(w.invite("host4", trust="verified"), ["conference", "host"], "one that is verified")
    w.bye("host3")
    w.wait(HOUR_MS - 1)
    same(w.invite("host5")[1], "member", "an hour later, nearly")
    w.bye("host5")
    w.wait(1)
    same(wrong(w), (6, {}), "wrong PINs then")
    same(w.invite("host6")[1], "unproven", "an hour later")
    w.ack("host6")
    w.press("host6", "1111" + PIN)
    same(wrong(w), (7, {}), "a right one makes up for it")


@case
def sixth_wrong_pin_ends_the_asking(w):
    w.configure(**POLICY)
    w.call("host", "host2")
    same(w.press("host", "11112222"), "wrong", "two")
    same(w.press("host2", "111122223333"), "unproven", "five")
    same(w.press("host", "1111"), "unproven", "six, the third of this call")
    w.call("host3")
    same(w.leg("host3").role, "member", "role")


@case
def three_are_asked_at_a_time(w):
    w.configure(**POLICY)
    w.call("host", "host2", "host3")
    same(w.invite("host4"), ["conference", "member"], "the fourth")
    w.bye("host")
    same(w.invite("host5"), ["conference", "unproven"], "when one has gone")


@case
def who_is_asked_leaves_like_others(w):
    w.configure(**POLICY)
    w.invite("host")
    w.cancel("host")
    w.call("anna", "host2", "host3", "host4")
    w.bye("host2")
    w.do("hang_up", "main", "host3")
    w.dies("host4")
    w.expect_ended("host2", "bye")
    w.expect_ended("host3", "api", bye="due")
    same(asked(w), {}, "asked")
    same({c["role"] for c in w.calls()}, {"unproven"}, "roles")
    w.expect_places("- | anna | -")
    w.invite("host5")
    same(w.do("delete", "main"), ["busy"], "deleting the line")
    same(w.do("end_all", "main"), ["done", 2], "everybody")
    same(asked(w), {}, "asked")


@case
def keys_of_others_mean_nothing(w):
    w.configure(**POLICY)
    w.call("anna")
    w.invite("host")
    same(w.press("anna", PIN), "ignored", "a member")
    same(w.press("host", PIN), "ignored", "before the ACK")
    w.ack("host")
    same(w.press("host", PIN, tag="t-other"), "mismatch", "another dialog")
    same(w.do("press", "other", "host", "1"), ["unknown", ""], "another line")
    same(w.do("press", "main", "nobody", "1"), ["unknown", ""], "nobody")
    same(w.press("host", PIN, tag=verbs.tag_of("host")), "proven", "its own dialog")
    w.bye("host")
    same(w.do("press", "main", "host", "1"), ["unknown", ""], "one who is gone")


@case
def key_is_a_sign_of_life(w):
    w.configure(**POLICY)
    w.call("host")
    w.wait(5000)
    w.press("host", "4")
    same(w.view().watch, {"host": START_MS + 5000}, "watch")
    w.wait(TRY_MS)
    w.late("host")
    same(w.view().watch, {"host": START_MS + 5000}, "watch, when it was late")


@case
def tone_is_played_again_when_the_media_are_made_anew(w):
    w.configure(**POLICY)
    w.call("host")
    w.apply_all()
    w.do("media_run", "run-a")
    same(w.stored("host")["applied"], "stale", "applied")
    same(list(dict(w.do("due"))), ["host"], "due")
    w.do("applied", "host", "ask:1")
    w.expect_agenda(host=TRY_MS)


@case
def line_without_its_pin_lets_nobody_pass(w):
    """As a change of the line may leave it."""
    w.configure(**POLICY)
    w.call("host")
    w.configure()
    same(w.press("host", "4711#"), "wrong", "what was the PIN")


@case
def key_that_is_told_of_again_counts_once(w):
    """An INFO whose answer was lost; a command of Redis that was sent twice."""
    w.configure(**POLICY)
    w.call("host")
    for number, key in enumerate("4711", 7):
        first = w.do("press", "main", "host", key, "", f"info:{number}")
        same(w.do("press", "main", "host", key, "", f"info:{number}"), first, f"{key}, again")
    same(first, ["proven", "host@phone"], "the last")
    same(w.do("press", "main", "host", "1", "", "info:8"), ["ignored", "host@phone"], "an earlier one")
    w.expect_places("host | - | -")
