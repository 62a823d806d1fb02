"""What is searched: each world is a model with its settings (state.pml, sms.pml), small enough to be searched to the end."""

from dataclasses import dataclass, field

LINE = {
    "HOSTS": 1, "MEMBERS": 1, "MAX_WAITING": 2, "MAX_CALLS": 0, "ON_HOST_LEAVE": "END_MEMBER", "CALLERS": "FREE", "TRIES": 1,
    "CONSUMERS": 0, "LAPSES": 0, "RESTARTS": 0, "UPDATES": 0, "CRASHES": 0, "REFUSALS": 0, "REPEATS": 0, "APIS": 0,
    "TRIALS": 0, "BYES": 0, "LOSSES": 0, "PINS": 0, "TIMERS": 0,
}  # fmt: skip
SMS = {"MEMBERS": 1, "ASKABLE": 0, "RESEND_ON": 1, "RESEND_LEFT": 0, "REPORTS": 0, "LUCK": 4}


@dataclass(frozen=True)
class World:
    name: str
    about: str
    file: str
    settings: dict = field(hash=False)
    circles: bool = False  # instead of the rules: nothing goes round in circles, so all comes to its end
    more: bool = False  # only with -a, or by name
    big: bool = False  # 200000 states and more: worth optimizing


def line(name, about, circles=False, more=False, big=False, **settings):
    return World(name, about, "line", LINE | settings, circles, more, big)


def sms(name, about, circles=False, more=False, **settings):
    return World(name, about, "sms", SMS | settings, circles, more)


REAL = {"CALLERS": "REAL", "BYES": 1}

WORLDS = [
    # Redis alone: two hosts' legs, three members, whatever may be told of them, in any order and again and again
    line("rules_hold_whatever_is_told", "any event at any time", big=True, HOSTS=2, MEMBERS=3, BYES=1),
    line("rules_hold_with_requeue_member", "the same", HOSTS=2, MEMBERS=3, ON_HOST_LEAVE="REQUEUE_MEMBER"),
    line("rules_hold_with_keep_member", "the same", more=True, HOSTS=2, MEMBERS=3, ON_HOST_LEAVE="KEEP_MEMBER"),
    line("rules_hold_when_the_queue_is_full", "the same", HOSTS=1, MEMBERS=4, MAX_WAITING=1, MAX_CALLS=3),
    line("rules_hold_when_hosts_must_prove_it", "the same, with a PIN", HOSTS=2, MEMBERS=2, MAX_WAITING=1, PINS=1),
    # phones, Kamailio's transactions and reports, handlers that die
    line("host_and_member_agree_with_us", "CANCEL races, lost ACKs, our BYEs", big=True, **REAL, CRASHES=1, REFUSALS=1, REPEATS=1, APIS=1),
    line("members_agree_with_us", "the same", **REAL, HOSTS=0, MEMBERS=2, CRASHES=1, REFUSALS=1, REPEATS=1),
    line("hosts_agree_with_us", "the same", more=True, big=True, **REAL, HOSTS=2, MEMBERS=0, CRASHES=1, REFUSALS=1, REPEATS=1),
    line("second_try_is_a_call_of_its_own", "the same Call-ID and From-tag again", **REAL, HOSTS=0, TRIES=2, CONSUMERS=1, TRIALS=1,
         CRASHES=1, REFUSALS=1, REPEATS=1, APIS=1),
    # the calls consumer, which may die between any two steps
    line("media_follow_with_two_hosts", "a crash between any two steps", big=True, HOSTS=2, MEMBERS=2, CONSUMERS=1, CRASHES=1),
    line("media_follow_with_three_members", "the same", more=True, big=True, MEMBERS=3, CONSUMERS=1, CRASHES=1),
    line("media_follow_with_requeue_member", "the same", more=True, MEMBERS=2, CONSUMERS=1, CRASHES=1, ON_HOST_LEAVE="REQUEUE_MEMBER"),
    line("media_follow_with_keep_member", "the same", MEMBERS=2, CONSUMERS=1, CRASHES=1, ON_HOST_LEAVE="KEEP_MEMBER"),
    line("media_follow_a_restart_of_rtpengine", "the same", big=True, MEMBERS=2, CONSUMERS=1, CRASHES=1, RESTARTS=1),
    line("reinvites_are_answered", "the same", CONSUMERS=1, CRASHES=1, UPDATES=1),
    line("reinvites_one_after_the_other", "the same", big=True, more=True, CONSUMERS=1, CRASHES=1, UPDATES=2),
    line("callers_are_told_where_their_media_are", "calls that rtpengine loses", HOSTS=0, CONSUMERS=1, CRASHES=1, LOSSES=1, UPDATES=1),
    line("pairs_are_told_where_their_media_are", "the same", more=True, big=True, CONSUMERS=1, CRASHES=1, LOSSES=1, UPDATES=1),
    line("media_follow_who_must_prove_it", "a PIN", more=True, big=True, MEMBERS=1, HOSTS=2, CONSUMERS=1, CRASHES=1, PINS=1),
    # two replicas, one of which may not know that its lease has passed on
    line("old_replica_does_no_harm", "twice", big=True, CONSUMERS=2, LAPSES=2, CRASHES=1),
    line("old_replica_does_no_harm_to_three", "once", more=True, big=True, MEMBERS=2, CONSUMERS=2, LAPSES=1),
    line("old_replica_does_no_harm_to_reinvites", "once", HOSTS=0, CONSUMERS=2, LAPSES=1, CRASHES=1, UPDATES=1, RESTARTS=1),
    # all of it
    line("trials_and_calls_in_full", "phones, trials, OPTIONS, media, BYEs, crashes", big=True, **REAL, HOSTS=0, MEMBERS=2, CONSUMERS=1,
         TRIALS=1, CRASHES=1),
    line("host_and_member_in_full", "the same", more=True, big=True, **REAL, CONSUMERS=1, TRIALS=1, CRASHES=1),
    line("who_does_not_refresh_is_asked", "audio that goes on when a phone is gone", **REAL, HOSTS=0, CONSUMERS=1, TRIALS=1,
         CRASHES=1, TIMERS=1),
    line("every_call_comes_to_its_end", "without crashes, nothing goes round in circles", circles=True, **REAL, HOSTS=0, CONSUMERS=1,
         TRIALS=1, REFUSALS=1, TIMERS=1),
    line("every_pair_comes_to_its_end", "the same", circles=True, more=True, big=True, **REAL, CONSUMERS=1, TRIALS=1, REFUSALS=1),
    line("every_trial_comes_to_its_end", "the same", circles=True, more=True, big=True, **REAL, HOSTS=0, MEMBERS=2, CONSUMERS=1, TRIALS=1),
    # messages
    sms("messages_to_a_webhook", "any four misfortunes", REPORTS=1),
    sms("messages_to_a_webhook_all_resent", "the same", more=True, REPORTS=1, RESEND_LEFT=1),
    sms("messages_to_messagebird", "any five misfortunes", REPORTS=1, ASKABLE=1, LUCK=5),
    sms("messages_of_two_members_to_a_webhook", "any four misfortunes", MEMBERS=2),
    sms("messages_of_two_members_to_messagebird", "the same", more=True, MEMBERS=2, ASKABLE=1),
    sms("every_message_comes_to_its_end", "nothing goes round in circles", circles=True, MEMBERS=2, LUCK=3),
]  # fmt: skip
