"""What the calls consumer was shown, and has done, by halves or too late."""

from ..world import case, same


def applied(w, *legs):
    return {leg: w.stored(leg)["applied"] for leg in legs}


@case
def what_is_shown_is_open_until_it_is_said_to_be_done(w):
    w.call("anna", "bert")
    w.apply_all()
    w.call("host")
    shown = dict(w.do("due"))
    same(list(shown), ["anna", "host"], "due")
    same("open" in shown["anna"] + shown["host"], False, "shown as they were")
    same(applied(w, "anna", "host", "bert"), {"anna": "open", "host": "open", "bert": "music"}, "afterwards")
    w.expect_agenda(anna=0, host=0)
    w.do("applied", "host", "talk:anna")
    w.expect_agenda(anna=0)
    w.do("applied", "anna", "talk:host")
    w.expect_agenda()


@case
def both_of_a_pair_are_opened_for_one(w):
    w.call("anna", "host")
    w.apply_all()
    w.reinvite("anna", 2, "new offer")
    w.wait(100)
    same([leg for leg, _ in w.do("due")], ["anna", "host"], "due")
    same(applied(w, "anna", "host"), {"anna": "open", "host": "open"}, "applied")
    w.expect_agenda(anna=0, host=100)
    w.apply_all()
    w.expect_agenda()


@case
def looking_at_a_leg_for_another_reason_opens_nothing(w):
    w.call("anna", "host")
    w.apply_all()
    w.do("probe", "anna", w.now + 14000)
    w.do("probed", "anna", 1, 481)
    same([leg for leg, _ in w.do("due")], ["anna", "host"], "due")
    same(applied(w, "anna", "host"), {"anna": "talk:host", "host": "talk:anna"}, "applied")
    w.expect_agenda(anna=0)


@case
def fresh_leg_that_is_to_hear_music_stays_fresh(w):
    """So that it is played, and not made anew, when somebody else was to be seen to first."""
    w.call("anna")
    w.do("due")
    same(applied(w, "anna"), {"anna": ""}, "applied")
    w.call("host")
    w.do("due")
    same(applied(w, "anna", "host"), {"anna": "open", "host": "open"}, "once it is to be connected")


@case
def change_that_was_begun_is_made_good_though_it_is_not_wanted_any_more(w):
    w.call("host")
    w.apply_all()
    w.call("anna")
    w.do("due")  # they are connected, and the consumer dies
    w.bye("anna")
    w.expect_hears(host="music")
    w.expect_agenda(host=0, anna=0)
    w.apply_all()
    w.expect_agenda()
    same(applied(w, "host", "anna"), {"host": "music", "anna": "gone"}, "applied")


@case
def postponed_change_stays_open(w):
    w.call("host")
    w.apply_all()
    w.call("anna")
    w.do("due")
    w.do("postpone", "host", w.now + 1000)
    w.do("postpone", "anna", w.now + 1000)
    w.expect_agenda(host=1000, anna=1000)
    w.wait(1000)
    w.do("due")
    same(applied(w, "host", "anna"), {"host": "open", "anna": "open"}, "applied")
    w.expect_agenda(host=1000, anna=1000)


@case
def word_of_what_is_to_be_made_anew_closes_nothing(w):
    w.call("anna", "host", "bert")
    w.apply_all()
    marks = {
        "a re-INVITE": lambda: w.reinvite("bert", 2, "new offer"),
        "an old consumer": lambda: w.do("distrust", "bert"),
        "a restart of rtpengine": lambda: w.do("media_run", "run-a"),
    }
    w.do("distrust", "bert")
    for what, happens in marks.items():
        w.do("due")
        happens()
        same(w.do("applied", "bert", "music", "old answer"), "ok", f"word after {what}")
        same(applied(w, "bert"), {"bert": "stale"}, f"after {what}")
        same("bert" in w.view().agenda, True, f"on the agenda after {what}")
    same(w.stored("bert")["answer"], "answer of bert", "answer, as the caller has it")
    w.apply_all()
    w.expect_agenda()


@case
def waiting_reinvite_is_answered_even_if_its_media_are_to_be_made_anew(w):
    w.call("anna")
    w.apply_all()
    w.reinvite("anna", 2, "new offer")
    w.do("due")
    w.do("distrust", "anna")
    w.do("applied", "anna", "music", "second answer", 2)
    seen = w.stored("anna")
    same((seen["applied"], seen["ask"], seen["answer"]), ("stale", "", "second answer"), "applied, ask, answer")
    w.expect_agenda(anna=0)


@case
def word_that_comes_twice_or_of_nothing_shown_changes_nothing(w):
    w.call("anna", "host")
    w.apply_all()
    before = w.stored("anna")
    w.do("applied", "anna", "music", "another answer")
    same(w.stored("anna"), before, "the leg")
    w.expect_agenda()


@case
def late_word_of_an_ended_leg_says_nothing_of_the_second_try(w):
    w.invite("anna")
    w.do("no_media", "main", "anna")
    w.wait(3000)
    w.do("due")
    same(w.invite("anna", cseq=2), ["conference", "member"], "second try")
    w.do("applied", "anna", "gone")
    same(applied(w, "anna"), {"anna": ""}, "applied")
    w.ack("anna")
    w.bye("anna")
    w.expect_agenda(anna=3000)  # its media are still to be deleted
