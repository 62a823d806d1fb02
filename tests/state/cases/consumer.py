"""The calls consumer: what is due for it, what it says it has done."""

import redis

from ..world import START_MS, TAG, case, pairs, same


def due(w, limit=64):
    return {leg: pairs(fields) for leg, fields in w.do("due", limit)}


@case
def due_shows_legs_whole_and_each_peer_once(w):
    w.call("anna", "host")
    before = {leg: w.stored(leg) for leg in ("anna", "host")}
    same(due(w), before, "due")
    w.do("applied", "anna", "talk:host")
    same(list(due(w)), ["host", "anna"], "due, with the other one of the pair")
    w.do("applied", "host", "talk:anna")
    w.do("applied", "anna", "talk:host")
    same(due(w), {}, "due once all is done")


@case
def due_is_limited_and_in_order_of_time(w):
    w.call("anna")
    w.wait(10)
    w.call("bert", "carl")
    same(list(due(w, limit=1)), ["anna"], "first")
    w.do("postpone", "anna", w.now + 5)
    same(list(due(w, limit=1)), ["bert"], "first, anna postponed")
    w.wait(5)
    same(sorted(due(w)), ["anna", "bert", "carl"], "all")


@case
def due_forgets_what_is_no_more(w):
    w.call("anna")
    w.client.delete(f"{TAG}:leg:anna")
    same(due(w), {}, "due")
    w.expect_agenda()


@case
def postponing_brings_nothing_back(w):
    w.call("anna")
    w.do("applied", "anna", "music")
    same(w.do("postpone", "anna", w.now + 5), "ok", "postpone")
    w.expect_agenda()
    same(w.do("applied", "nobody", "music"), "unknown", "a leg that is not there")


@case
def wish_that_changed_meanwhile_stays_on_the_agenda(w):
    w.call("anna")
    due(w)
    w.call("host")
    same(w.do("applied", "anna", "music"), "ok", "done what was wanted before")
    w.expect_agenda(anna=0, host=0)
    w.apply_all()
    w.expect_agenda()
    w.wait(700)
    w.bye("host")
    w.expect_agenda(anna=700, host=700)


@case
def media_of_an_unfinished_invite_go_after_it(w):
    w.invite("anna")
    w.wait(1000)
    w.cancel("anna")
    w.expect_agenda(anna=3000)  # its handler may still be making them
    w.invite("bert")
    w.wait(5000)
    w.cancel("bert")
    w.expect_agenda(anna=3000, bert=6000)


@case
def bye_that_is_owed_is_sent_once_at_a_time(w):
    w.call("anna")
    w.do("hang_up", "main", "anna")
    w.applies("anna", "gone")
    w.expect_agenda(anna=0)
    same(w.do("bye_sent", "anna", w.now + 45000), 1, "BYE sent, its CSeq")
    w.expect_agenda(anna=45000)
    same(w.leg("anna").ttl_ms, -1, "the leg stays for its BYE")
    same(w.do("bye_sent", "anna", w.now + 50000), 2, "BYE sent again, its CSeq")
    same(w.do("bye_done", "anna", 1), "stale", "the first is answered")
    same(w.do("bye_done", "anna", 2), "ok", "BYE answered")
    w.expect_agenda()
    same(w.leg("anna").ttl_ms > 0, True, "the leg goes")
    same([w.do("bye_sent", "nobody", 0), w.do("bye_done", "nobody", 1)], [0, "unknown"], "a leg that is not there")


@case
def media_do_not_wait_for_the_bye_nor_the_bye_for_the_media(w):
    w.call("anna")
    w.do("hang_up", "main", "anna")
    w.do("bye_sent", "anna", w.now + 45000)
    w.expect_agenda(anna=0)  # the media are still there
    w.applies("anna", "gone")
    w.expect_agenda(anna=45000)
    w.call("bert")
    w.do("hang_up", "main", "bert")
    w.do("bye_done", "bert", w.do("bye_sent", "bert", w.now))
    w.expect_agenda(anna=45000, bert=0)


@case
def second_late_ack_is_not_held_up_by_the_first_bye(w):
    w.invite("anna")
    w.wait(32000)
    w.do("no_ack", "main", "anna")
    w.applies("anna", "gone")
    w.do("bye_sent", "anna", w.now + 45000)
    w.do("bye_done", "anna", 1)  # nobody knew our To-tag
    w.wait(1000)
    w.ack("anna")
    w.expect_agenda(anna=33000)


@case
def ended_leg_that_is_distrusted_stays_until_its_media_are_gone(w):
    w.call("anna")
    w.bye("anna")
    w.applies("anna", "gone")
    w.wait(1000)
    w.do("distrust", "anna")
    w.expect_agenda(anna=1000)
    same(w.leg("anna").ttl_ms, -1, "the leg stays")
    w.applies("anna", "gone")
    w.expect_agenda()
    same(w.leg("anna").ttl_ms > 0, True, "the leg goes")


@case
def bye_that_came_before_the_200_does_not_count(w):
    w.invite("anna")
    w.do("hang_up", "main", "anna")
    w.wait(3000)
    w.applies("anna", "gone")
    w.do("bye_sent", "anna", w.now + 17000)  # the phone has no 200 yet, and says 481
    w.wait(500)
    same(w.ack("anna"), "ended", "ACK of a repeated 200")
    same(w.do("bye_done", "anna", 1), "stale", "the 481")
    w.expect_agenda(anna=3500)
    same((w.do("bye_sent", "anna", w.now + 17000), w.do("bye_done", "anna", 2)), (2, "ok"), "another BYE")
    w.expect_agenda()


@case
def bye_that_could_not_be_sent_is_sent_later(w):
    w.call("anna")
    w.do("hang_up", "main", "anna")
    w.applies("anna", "gone")
    w.do("bye_sent", "anna", w.now + 17000)
    same(w.do("bye_done", "anna", 1, w.now + 2000), "ok", "not sent")
    w.expect_agenda(anna=2000)


def answer_of(w, leg, cseq):
    return w.client.lindex(f"{TAG}:answer:{leg}:{cseq}", 0)


@case
def reinvite_is_answered_by_the_consumer(w):
    w.call("anna")
    w.applies("anna", "music", "first answer")
    w.wait(1000)
    same(w.reinvite("anna", 2, "new offer", "sip:new"), ["asked", f"{TAG}:answer:anna:2", 0], "re-INVITE")
    w.expect_agenda(anna=1000)
    seen = w.stored("anna")
    same((seen["sdp"], seen["contact"], seen["ask"]), ("new offer", "sip:new", "2"), "stored")
    same(w.applies("anna", "music", "second answer", 2), "ok", "applied")
    same(answer_of(w, "anna", 2), "second answer", "answer")
    w.expect_agenda()
    same(w.stored("anna")["answer"], "second answer", "kept for the next one")


@case
def reinvites_one_at_a_time(w):
    w.invite("anna")
    same(w.reinvite("anna", 2, "new offer"), ["pending"], "before the ACK")
    w.ack("anna")
    w.reinvite("anna", 2, "new offer")
    same(w.reinvite("anna", 3, "newer offer"), ["busy"], "while another is open")
    same(w.reinvite("anna", 2, "new offer"), ["asked", f"{TAG}:answer:anna:2", 0], "the same again")
    w.applies("anna", "music", "answer", 2)
    before = w.stored("anna")
    same(w.reinvite("anna", 2, "new offer"), ["asked", f"{TAG}:answer:anna:2", 0], "the same again, answered")
    same(w.stored("anna"), before, "the leg")
    same(w.reinvite("anna", 3, "newer offer"), ["asked", f"{TAG}:answer:anna:3", 0], "after the answer")
    w.applies("anna", "music", "answer", 3)
    same(w.reinvite("anna", 2, "new offer"), ["asked", f"{TAG}:answer:anna:2", 0], "an earlier one again")
    same(answer_of(w, "anna", 2), "answer", "its answer")
    same(w.reinvite("anna", 1), ["late"], "one that comes too late")
    same(w.do("reinvite", "anna", "t-other", 4), ["unknown"], "of another dialog")
    same(w.do("reinvite", "nobody", "t", 4), ["unknown"], "of a leg that is not there")


@case
def reinvite_that_the_consumer_has_not_seen_stays_on_the_agenda(w):
    w.call("anna")
    due(w)
    w.reinvite("anna", 2, "new offer")
    w.do("applied", "anna", "music", "answer to the old offer")
    w.expect_agenda(anna=0)
    same(answer_of(w, "anna", 2), None, "an answer to the old offer")
    w.applies("anna", "music", "answer", 2)
    same(answer_of(w, "anna", 2), "answer", "answer")
    w.expect_agenda()


@case
def media_are_made_anew_when_rtpengine_has_restarted(w):
    w.call("host", "anna", "bert")
    w.invite("carl")
    same(w.do("media_run", "run-a"), 3, "the first time; carl has no ACK yet")
    w.apply_all()
    same(w.do("media_run", "run-a"), 0, "the same run")
    w.expect_agenda(carl=32000)
    same(w.do("media_run", "run-b"), 3, "another one")
    w.expect_agenda(host=0, anna=0, bert=0, carl=32000)
    w.expect_hears(host="talk:anna", anna="talk:host", bert="music")
    w.apply_all()
    w.do("end_all", "main")
    w.wait(3000)
    w.apply_all()
    same(w.do("media_run", "run-c"), 0, "nobody is there")
    w.expect_agenda()


@case
def restart_of_rtpengine_costs_nothing_for_idle_lines(w):
    w.call("host", "anna", "bert")

    def commands(run):
        w.client.config_resetstat()
        same(w.do("media_run", run), 3, "legs to be made anew")
        return sum(row["calls"] for row in w.client.info("commandstats").values())

    few = commands("run-a")
    for number in range(50):
        w.configure(f"idle{number}", dids=[f"+1555010{number:04}"])
    same(commands("run-b"), few, "commands of Redis, with fifty more lines")


@case
def what_the_consumers_must_know_is_in_the_journal(w):
    w.call("host", "anna", "bert")
    w.reinvite("anna", 2, "new offer")
    w.bye("anna")
    w.passes("bert")
    seen = [pairs_of(fields) for _, fields in w.client.xrange(f"{TAG}:journal")]
    same(seen, [
        ("line_put", ""), ("joined", "host"), ("confirmed", "host"), ("joined", "anna"), ("confirmed", "anna"),
        ("sms", "anna"), ("joined", "bert"), ("confirmed", "bert"), ("updated", "anna"), ("ended", "anna"),
        ("sms_cancelled", "anna"), ("sms_cancelled", "anna"), ("admitted", "bert"), ("seated", "bert"),
        ("sms", "bert"),
    ], "journal")  # fmt: skip


def pairs_of(fields):
    same(fields["at"], str(START_MS), "time of an entry")
    same(fields["line"], "main", "line of an entry")
    return fields["event"], fields["leg"]


@case
def history_says_who_waited_and_talked_for_how_long(w):
    w.call("anna", "bert")
    w.wait(2000)
    w.call("host")
    w.wait(3000)
    w.bye("anna")
    w.passes("bert")
    w.wait(1000)
    w.do("next_member", "main")
    w.invite("carl")
    w.invite("dora")
    w.wait(4000)
    w.cancel("dora")
    w.do("end_all", "main")
    rows = [(c["leg"], c["role"], int(c["waited"]), int(c["talked"]), c["reason"]) for c in w.calls()]
    same(rows, [
        ("anna", "member", 0, 3000, "bye"),
        ("bert", "member", 5000, 1000, "next"),
        ("dora", "member", 4000, 0, "cancel"),
        ("carl", "member", 0, 0, "ended"),
        ("host", "host", 0, 4000, "ended"),
    ], "history")  # fmt: skip
    first = w.calls()[0]
    same((first["number"], int(first["joined_at"]), int(first["ended_at"])), ("+15550201", START_MS, START_MS + 5000),
         "who and when")  # fmt: skip


@case
def consumer_whose_lease_has_passed_on_changes_nothing(w):
    w.call("anna")
    w.invite("bert")
    w.wait(32000)
    w.do("probed", "anna", w.do("probe", "anna", w.now + 14000), 408)
    old = w.run("lease", "first", 5000)
    w.client.delete(f"{TAG}:lease")  # it lapsed
    new = w.run("lease", "second", 5000)
    same(new > old, True, "epochs grow")
    before = w.stored("anna")
    acts = {
        "due": (),
        "applied": ("anna", "music"),
        "postpone": ("anna", 1),
        "media_run": ("run-a",),
        "bye_sent": ("anna", 1),
        "watch_due": (w.now,),
        "probe": ("anna", 1),
        "alive": ("anna", w.now),
        "dead": ("main", "anna"),
        "no_ack": ("main", "bert"),
        "claim": (w.now + 1000,),
    }
    for verb, args in acts.items():
        try:
            got = w.do(verb, *args, epoch=old)
        except redis.ResponseError as error:
            got = str(error)
        same(str(got).startswith("FENCED"), True, f"{verb} of an old epoch: {got}")
    same(w.stored("anna"), before, "the leg")
    w.expect_agenda(anna=32000, bert=32000)
    same(len(w.do("due", epoch=new)), 2, "due, for the new one")


@case
def media_changed_by_an_old_consumer_are_made_anew(w):
    w.call("anna")
    w.applies("anna", "music")
    w.expect_agenda()
    same(w.do("distrust", "anna"), "ok", "distrust")
    w.expect_agenda(anna=0)
    same(w.stored("anna")["applied"], "stale", "applied")
    same(w.do("distrust", "nobody"), "unknown", "distrust of nobody")
    w.invite("bert")
    same(w.do("distrust", "bert"), "ok", "distrust before the ACK")
    same(w.stored("bert")["applied"], "", "its media are as the INVITE made them")
