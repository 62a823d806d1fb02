"""Broken models, each of which a search must notice: changes to the text of the model, the world, the rules that break."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    name: str
    world: str
    edits: tuple
    rules: tuple


def mutant(name, world, rules, *edits):
    return Mutant(name, world, edits, tuple(rules.split()))


S, C, E, P, M = "scripts.pml", "consumer.pml", "events.pml", "callers.pml", "sms.pml"

MUTANTS = [
    # the rules of the line
    mutant("a member waits though the seat is free", "rules_hold_whatever_is_told", "2",
           (S, "	:: line.seat == NOBODY ->\n		leg[l].state = RESERVED;\n		leg[l].place = SEAT;\n		line.seat = l\n"
               "	:: line.seat != NOBODY && was < MAX_WAITING ->", "	:: was < MAX_WAITING ->")),
    mutant("the next is let in before the seat is empty", "rules_hold_whatever_is_told", "2",
           (S, "	finish(l, hangup);\n	former = line.seat;", "	former = line.seat;"),
           (S, "	:: line.seat == NOBODY -> admit()\n	:: else\n	fi;", "	:: line.seat == NOBODY -> admit()\n	:: else\n	fi;\n	finish(l, hangup);")),
    mutant("the newest is let in first", "rules_hold_whatever_is_told", "3",
           (S, "leg[i].arrival < leg[head].arrival", "leg[i].arrival > leg[head].arrival")),
    mutant("a leg keeps its place when it ends", "rules_hold_whatever_is_told", "4", (S, "	vacate(l);\n	leg[l].place", "	leg[l].place")),
    mutant("a third host leg leaves the second where it is", "rules_hold_whatever_is_told", "4",
           (S, "finish(former, 1); sight(SEEN_NEXT_HOST)", "skip")),
    mutant("the new host does not replace the old", "rules_hold_whatever_is_told", "1 4",
           (S, "finish(former, 1); sight(SEEN_TAKE_OVER)", "skip")),
    mutant("a repeated INVITE brings back who has ended", "rules_hold_whatever_is_told", "4",
           (S, "(leg[l].was_confirmed || leg[l].bye || !again)", "leg[l].bye")),
    mutant("a member is announced before its ACK", "rules_hold_whatever_is_told", "5",
           (S, "		leg[l].place = SEAT;\n		line.seat = l\n", "		leg[l].place = SEAT;\n		line.seat = l;\n		announce(l)\n")),
    mutant("whoever is let in is announced", "rules_hold_whatever_is_told", "5 9",
           (S, "	pop_head();\n	if\n	:: head != NOBODY ->", "	pop_head();\n	if\n	:: head != NOBODY ->\n		announce(head);")),
    mutant("nobody notes who was announced", "rules_hold_with_requeue_member", "5", (S, "leg[l].announced = 1; write_on(l)", "write_on(l)")),
    mutant("a requeued member goes to the end", "rules_hold_with_requeue_member", "3 5",
           (S, "	leg[l].queue = 1;\n	leg[l].place = QUEUED;\n	sight", "	line.arrivals++;\n	leg[l].arrival = line.arrivals;\n"
               "	leg[l].queue = 1;\n	leg[l].place = QUEUED;\n	sight")),
    mutant("a member is let in without a trial", "rules_hold_whatever_is_told", "5 6",
           (S, "leg[head].trial = (leg[head].state == CONFIRMED && !leg[head].announced)", "leg[head].trial = 0")),
    mutant("who passed its trial hears nobody", "rules_hold_whatever_is_told", "6",
           (S, "			announce(l);\n			settle();", "			announce(l);")),
    mutant("a host is connected to a member before its ACK", "rules_hold_whatever_is_told", "6",
           (S, "#define TAKES_PART", "#define HAS_A_PLACE(l) (l != NOBODY)\n#define TAKES_PART")) if False else
    mutant("who hears whom is not settled after a leave", "rules_hold_whatever_is_told", "6",
           (S, "	:: line.seat == NOBODY -> admit()\n	:: else\n	fi;\n	settle()", "	:: line.seat == NOBODY -> admit()\n	:: else\n	fi")),
    mutant("who hears whom is not settled after an ACK", "rules_hold_whatever_is_told", "6",
           (S, "		:: leg[l].place == SEAT -> announce(l)\n		:: else\n		fi;\n		settle()",
               "		:: leg[l].place == SEAT -> announce(l)\n		:: else\n		fi")),
    mutant("a changed wish is not on the agenda", "rules_hold_whatever_is_told", "8", (S, "leg[l].want = what; plan(l)", "leg[l].want = what")),
    # what is told, and when
    mutant("a CANCEL ends a confirmed call", "host_and_member_agree_with_us", "7",
           (S, "	:: leg[l].state == RESERVED && (n == 0", "	:: HERE(l) && (n == 0")),
    mutant("a CANCEL before its INVITE is forgotten", "members_agree_with_us", "7",
           (S, "		leg[l].state = ENDED;\n		leg[l].bare = 1;\n		leg[l].want = GONE;\n		leg[l].applied = GONE;\n		leg[l].cseq = n;",
               "		leg[l].cseq = 0;")),
    mutant("a late ACK is owed no BYE", "members_agree_with_us", "7", (S, "		leg[l].bye = BYES;\n		bye_is_old(l);", "		bye_is_old(l);")),
    mutant("the outcome of an old BYE counts", "host_and_member_agree_with_us", "7",
           (S, "	:: caller[l].bye_now == 1 -> caller[l].bye_old = 1; sight(SEEN_OLD_BYE)\n	:: else\n	fi;\n	caller[l].bye_now = 0", "	:: true\n	fi")),
    mutant("a decision that was not delivered is kept", "members_agree_with_us", "7",
           (P, "	:: WAITS(l, n) -> caller[l].cancel##n = 1 \\\n", "	:: WAITS(l, n) \\\n")),
    mutant("a place without media is kept", "members_agree_with_us", "7", (P, "		give_back(l, n); \\\n", "")),
    mutant("a caller who tries again is taken for dead", "second_try_is_a_call_of_its_own", "7 10",
           (S, "(n == 0 || leg[l].cseq == n)", "true")),
    # the calls consumer
    mutant("what the consumer is shown is not opened", "media_follow_with_keep_member", "10",
           (C, "	open_seen(c);\n", "")),
    mutant("only the host of a pair is opened", "media_follow_with_keep_member", "10",
           (C, "		:: TALKS(SEEN(i).todo) -> open_(PEER(SEEN(i).todo))\n", "")),
    mutant("the consumer's word counts though the media are to be made anew", "old_replica_does_no_harm", "10",
           (S, "#define CLOSES(l, what) (leg[l].applied == OPEN || FRESH(l, what))", "#define CLOSES(l, what) true")),
    mutant("it counts for a re-INVITE that came meanwhile", "reinvites_are_answered", "10",
           (S, "#define CLOSES(l, what) (leg[l].applied == OPEN || FRESH(l, what))", "#define CLOSES(l, what) true"),
           (S, "		leg[l].applied = STALE;\n		leg[l].ask = n;", "		leg[l].applied = (leg[l].applied == OPEN -> OPEN : STALE);\n		leg[l].ask = n;")),
    mutant("music is not started again after rtpengine died", "media_follow_a_restart_of_rtpengine", "10",
           (S, "	:: l != NOBODY && leg[l].want != NOTHING -> leg[l].applied = STALE; plan(l)\n", "")),
    mutant("media are deleted while they are being made", "media_follow_with_keep_member", "10",
           (C, " && !(leg[l].state == ENDED && IN_THE_MAKING(l))", "")),
    mutant("two are connected before the third has let go", "media_follow_with_two_hosts", "6",
           (C, "NEXT(IS_TO_GO, music)", "NEXT(IS_TO_GO, byes)"), (C, "NEXT(IS_TO_TALK, byes)", "NEXT(IS_TO_TALK, going)"),
           (C, "judging:\n", "judging:\n	goto music;\n")),
    mutant("who is parked still sends to its old partner", "media_follow_with_keep_member", "10",
           ("media.pml", "inline park(l)\n{\n	media[l].call = 1;\n	media[l].peer = NOBODY\n", "inline park(l)\n{\n	media[l].call = 1\n")),
    mutant("a BYE that is owed is not on the agenda", "host_and_member_in_full", "7",
           (S, " || leg[l].trial || leg[l].bye)", " || leg[l].trial)")),
    mutant("a dead member on trial is not looked for", "trials_and_calls_in_full", "7", (C, "(leg[i].doubt || (leg[i].trial && !leg[i].asked))", "leg[i].doubt")),
    mutant("who is not heard is hung up, muted or not", "trials_and_calls_in_full", "7", (C, "SEEN(l).doubt -> sight(SEEN_DOUBT); bury(l)", "true -> bury(l)")),
    # replicas
    mutant("a replica whose lease has passed on is heard", "old_replica_does_no_harm", "10",
           (C, "FENCE(c) -> applied_(", "true -> applied_("), (C, "	:: !FENCE(c) -> goto distrust", "	:: false -> goto distrust")),
    mutant("it does not say what it has touched", "old_replica_does_no_harm", "10", (S, "-> leg[l].applied = STALE; plan(l); sight(SEEN_DISTRUST)", "-> skip")),
    mutant("it says so of one of the two", "old_replica_does_no_harm", "10", (C, "distrust(l); say(l, \"%c%d media distrusted\\n\"); l = m; m = 0", "l = m; m = 0")),
    # messages
    mutant("a line's messages go newest first", "messages_of_two_members_to_a_webhook", "15", (M, ":: first == 0 && row[i].queue", ":: row[i].queue"),
           (M, "BEFORE_IS(r, IS_OUT) && \\", "first_is(r) && \\"),
           (M, "inline pay_for_lapse", "#define first_is(r) ((r >= 4 || IS_OUT(4)) && (r >= 3 || IS_OUT(3)) && (r >= 2 || IS_OUT(2)))\n\ninline pay_for_lapse")),
    mutant("a claim that lapsed is simply sent again", "messages_to_messagebird", "13",
           (M, "	:: row[r].status == QUEUED ->\n		rule(14", "	:: row[r].status == QUEUED || row[r].status == SENDING ->\n		rule(14"),
           (M, "		move(r, SENDING);\n		row[r].attempted", "		row[r].status = SENDING;\n		row[r].attempted"),
           (M, "	:: row[r].status == SENDING ->\n		row[r].doubts++;", "	:: false ->\n		row[r].doubts++;")),
    mutant("whatever may have been taken is sent again", "messages_to_a_webhook", "13", (M, "	:: RESENT(r) && !row[r].over &&", "	:: !row[r].over &&")),
    mutant("it is sent again and again", "messages_to_a_webhook", "13", (M, " && row[r].doubts < DOUBTS_MAX", "")),
    mutant("the provider is not asked", "messages_to_messagebird", "13", (M, "	:: !ASKABLE -> decide(r)", "	:: true -> decide(r)"),
           (M, "	:: ASKABLE && row[r].status == SENDING -> move(r, UNKNOWN); line.due = 1\n	:: else -> line.due = 1\n", "")),
    mutant("a member who has left is announced", "messages_to_a_webhook", "14",
           (M, "	:: row[r].status == QUEUED && row[r].doubts == 0 -> close_(r, CANCELLED); write(LEFT_OF(r), 1)\n	:: row[r].status == QUEUED && row[r].doubts > 0 -> leave_it(r); write(LEFT_OF(r), 0)\n", "")),
    mutant("who was not announced is said to have left", "messages_to_a_webhook", "18", (M, "	:: spared -> row[r].status = CANCELLED\n", "")),
    mutant("its end is told all the same", "messages_to_a_webhook", "18", (M, "		:: row[LEFT_OF(r)].status == QUEUED -> close_(LEFT_OF(r), CANCELLED)\n", "")),
    mutant("a doubt is forgotten when the member leaves", "messages_to_a_webhook", "16", (M, "row[r].status == QUEUED && row[r].doubts == 0 -> close_(r, CANCELLED)", "row[r].status == QUEUED -> close_(r, CANCELLED)"),
           (M, "	:: row[r].status == QUEUED && row[r].doubts > 0 -> leave_it(r); write(LEFT_OF(r), 0)\n", "")),
    mutant("a doubt is forgotten when the message is too old", "messages_to_a_webhook", "16", (M, "	:: row[r].status == QUEUED && row[r].doubts == 0 -> close_(r, EXPIRED)", "	:: row[r].status == QUEUED -> close_(r, EXPIRED)")),
    mutant("a retry has no time", "messages_to_a_webhook", "12 17", (M, "	:: !row[r].over -> move(r, QUEUED); line.due = 1", "	:: !row[r].over -> move(r, QUEUED); line.due = 0")),
    mutant("what comes next has no time", "messages_of_two_members_to_a_webhook", "12 17", (M, "find_first(); line.due = (first != 0)", "line.due = 0")),
]  # fmt: skip
