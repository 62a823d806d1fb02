"""Broken models, each of which a search must notice: changes to the text of the model, the world, the rule that breaks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    name: str
    world: str
    rule: str
    edits: tuple  # (old, new) in whichever file has it

    @property
    def more(self):
        """Only with -a, or by name: not the first of its rule."""
        return next(m for m in MUTANTS if m.rule == self.rule) != self


def mutant(name, world, rule, *edits):
    return Mutant(name, world, rule, edits)


FREE = "rules_hold_whatever_is_told"
REQUEUE = "rules_hold_with_requeue_member"
MEDIA = "media_follow_with_keep_member"
PHONES = "members_agree_with_us"
PAIR = "host_and_member_agree_with_us"
OLD = "old_replica_does_no_harm"
REINVITES = "reinvites_are_answered"
TOLD = "callers_are_told_where_their_media_are"
UNREFRESHED = "who_does_not_refresh_is_asked"
WEBHOOK = "messages_to_a_webhook"
TWO_TO_WEBHOOK = "messages_of_two_members_to_a_webhook"
MESSAGEBIRD = "messages_to_messagebird"

CLOSES = "#define CLOSES(l, what) (leg[l].applied == OPEN || FRESH(l, what))"
ALWAYS_CLOSES = "#define CLOSES(l, what) true"
ADMIT = "	:: line.seat == NOBODY -> admit()\n	:: else\n	fi"
WITHDRAW = "	:: row[r].status == QUEUED && row[r].doubts == 0 -> close_(r, CANCELLED); write(LEFT_OF(r), 1)\n"
WITHDRAW_DOUBT = "	:: row[r].status == QUEUED && row[r].doubts > 0 -> leave_it(r); write(LEFT_OF(r), 0)\n"

MUTANTS = [
    # the rules of the line
    mutant("a member waits though the seat is free", FREE, "2",
           ("	:: !LINE_IS_FULL && line.seat == NOBODY ->\n		leg[l].state = RESERVED;\n		leg[l].place = SEAT;\n		line.seat = l\n", ""),
           ("	:: !LINE_IS_FULL && line.seat != NOBODY && was < MAX_WAITING ->", "	:: !LINE_IS_FULL && was < MAX_WAITING ->")),
    mutant("nobody is let in when the seat becomes free", FREE, "2", (ADMIT + ";\n	settle()", "	:: true\n	fi;\n	settle()")),
    mutant("the newest is let in first", FREE, "3", ("leg[i].arrival < leg[head].arrival", "leg[i].arrival > leg[head].arrival")),
    mutant("a leg keeps its place when it ends", FREE, "4", ("	vacate(l);\n	leg[l].place = NOWHERE", "	leg[l].place = NOWHERE")),
    mutant("a third host leg leaves the second where it is", FREE, "4", ("finish(former, 1); sight(SEEN_NEXT_HOST)", "skip")),
    mutant("the new host does not replace the old", FREE, "1", ("finish(former, 1); sight(SEEN_TAKE_OVER)", "skip")),
    mutant("a repeated INVITE brings back who has ended", FREE, "4",
           ("(leg[l].was_confirmed || leg[l].bye || !again)", "leg[l].bye")),
    mutant("a member is announced before its ACK", FREE, "5",
           ("		leg[l].place = SEAT;\n		line.seat = l\n", "		leg[l].place = SEAT;\n		line.seat = l;\n		announce(l)\n")),
    mutant("whoever is let in is announced", FREE, "5",
           ("	pop_head();\n	if\n	:: head != NOBODY ->", "	pop_head();\n	if\n	:: head != NOBODY ->\n		announce(head);")),
    mutant("nobody notes who was announced", REQUEUE, "5", ("leg[l].announced = 1; write_on(l)", "write_on(l)")),
    mutant("a requeued member goes to the end", REQUEUE, "5",
           ("	leg[l].queue = 1;\n	leg[l].place = QUEUED;\n	sight",
            "	line.arrivals++;\n	leg[l].arrival = line.arrivals;\n	leg[l].queue = 1;\n	leg[l].place = QUEUED;\n	sight")),
    mutant("a member is let in without a trial", FREE, "5",
           ("leg[head].trial = (leg[head].state == CONFIRMED && !leg[head].announced)", "leg[head].trial = 0")),
    mutant("who passed its trial hears nobody", FREE, "6", ("			announce(l);\n			settle();", "			announce(l);")),
    mutant("who hears whom is not settled after a leave", FREE, "6", (ADMIT + ";\n	settle()", ADMIT)),
    mutant("who hears whom is not settled after an ACK", FREE, "6",
           ("		:: leg[l].place == SEAT -> announce(l)\n		:: else\n		fi;\n		settle()",
            "		:: leg[l].place == SEAT -> announce(l)\n		:: else\n		fi")),
    mutant("a changed wish is not on the agenda", MEDIA, "8", ("leg[l].want = what; plan(l)", "leg[l].want = what")),
    mutant("a trial outlives its call", FREE, "9", ("	leg[l].trial = 0;\n	leg[l].doubt = 0;\n", "	leg[l].doubt = 0;\n")),
    mutant("the end of a call is not counted", FREE, "20", ("	census_leaves(l);\n", "")),
    mutant("who is refused is counted", "rules_hold_when_the_queue_is_full", "20",
           ("		:: leg[l].state == RESERVED -> census_enters(l)\n		:: else\n", "		:: true -> census_enters(l)\n")),
    mutant("whoever has a host's number is the host", "rules_hold_when_hosts_must_prove_it", "19",
           ("		:: leg[l].place == PIN -> wish(l, ASK(1))\n", "		:: leg[l].place == PIN -> take_over(l); wish(l, MUSIC)\n")),
    # what is told, and when
    mutant("a CANCEL ends a confirmed call", PAIR, "7",
           ("	:: leg[l].state == RESERVED && (n == 0", "	:: (leg[l].state == RESERVED || leg[l].state == CONFIRMED) && (n == 0")),
    mutant("a CANCEL before its INVITE is forgotten", PHONES, "7",
           ("		leg[l].state = ENDED;\n		leg[l].bare = 1;\n		leg[l].want = GONE;\n		leg[l].applied = GONE;\n"
            "		leg[l].cseq = n;\n		leg[l].over = n;\n		tidy(l);\n", "		skip;\n")),
    mutant("a late ACK is owed no BYE", PHONES, "7", ("		leg[l].bye = BYES;\n		bye_is_old(l);", "		bye_is_old(l);")),
    mutant("who does not confirm in time is sent no BYE", PHONES, "7", ("leave_reserved(l, 0, 1)", "leave_reserved(l, 0, 0)")),
    mutant("the outcome of an old BYE counts", PAIR, "7", ("		bye_is_old(l); /* bye_after = 0, bye_cseq = '' */\n", "")),
    mutant("a decision that was not delivered is kept", PHONES, "7",
           ("	:: WAITS(l, n) -> caller[l].cancel##n = 1 \\\n", "	:: WAITS(l, n) \\\n")),
    mutant("a place without media is kept", PHONES, "7", ("		give_back(l, n); \\\n", "")),
    mutant("a caller who tries again is taken for dead", "second_try_is_a_call_of_its_own", "7",
           ("(n == 0 || leg[l].cseq == n)", "true")),
    # the calls consumer
    mutant("a wish that changed meanwhile is forgotten", MEDIA, "10", ("leg[l].applied = what\n", "leg[l].applied = leg[l].want\n")),
    mutant("what the consumer is shown is not opened", MEDIA, "10", ("	open_seen(c)\n", "	skip\n"), (CLOSES, ALWAYS_CLOSES)),
    mutant("only the host of a pair is opened", MEDIA, "10",
           ("		:: TALKS(SEEN(i).todo) -> open_(PEER(SEEN(i).todo))\n", "")),
    mutant("the consumer's word counts though the media are to be made anew", OLD, "10", (CLOSES, ALWAYS_CLOSES)),
    mutant("it counts for a re-INVITE that came meanwhile", REINVITES, "10", (CLOSES, ALWAYS_CLOSES)),
    mutant("music is not started again after rtpengine died", "media_follow_a_restart_of_rtpengine", "10",
           ("	:: l != NOBODY && leg[l].want != NOTHING -> leg[l].applied = STALE; plan(l)\n", "")),
    mutant("media are deleted while they are being made", MEDIA, "10", (" && !(leg[l].state == ENDED && IN_THE_MAKING(l))", "")),
    mutant("who is parked still sends to its old partner", MEDIA, "10",
           ("inline park(l)\n{\n	media[l].call = 1;\n	media[l].peer = NOBODY;\n", "inline park(l)\n{\n	media[l].call = 1;\n")),
    mutant("two are connected before the third has let go", "media_follow_with_two_hosts", "6",
           ("judging:\n", "judging:\n	goto talking;\n"), ("NEXT(IS_TO_TALK, byes)", "NEXT(IS_TO_TALK, going)"),
           ("NEXT(IS_TO_HEAR_MUSIC, talking)", "NEXT(IS_TO_HEAR_MUSIC, byes)")),
    mutant("who has lost its media is not told where they are", TOLD, "10",
           ("	:: leg[l].offer == KNOWS -> leg[l].offer = OFFER_DUE\n", "")),
    mutant("what a caller answers to our offer is not applied", TOLD, "10",
           ("leg[l].sdp = IN_ANSWER; leg[l].applied = STALE;", "leg[l].sdp = IN_ANSWER;")),
    mutant("a re-INVITE of ours goes out while an offer in a 200 waits", TOLD, "21",
           ("leg[l].ask == 0 && leg[l].awaits == 0 && \\\n", "leg[l].ask == 0 && \\\n"),
           (" && leg[l].ask == 0 && leg[l].awaits == 0 ->", " && leg[l].ask == 0 ->")),
    mutant("a description that comes with an ACK is not applied", REINVITES, "10",
           ("		leg[l].was_ask = 0;\n		leg[l].applied = STALE;\n		plan(l);\n		sight(SEEN_OURS)",
            "		leg[l].was_ask = 0;\n		plan(l);\n		sight(SEEN_OURS)")),
    mutant("a re-INVITE that is refused after all changes the media", REINVITES, "10",
           ("			leg[l].described = 0;\n			leg[l].applied = STALE\n", "			leg[l].described = 0\n")),
    mutant("a re-INVITE that is refused after all is answered", TOLD, "10",
           ("		again = IS_ANSWERED(l);\n		leg[l].ask = 0;\n", "		again = IS_ANSWERED(l);\n")),
    mutant("where its media are was in an answer that nobody got", TOLD, "10",
           ("			owe(l);\n			sight(SEEN_WITHDRAWN)", "			sight(SEEN_WITHDRAWN)")),
    mutant("who does not refresh the session is not on the agenda", UNREFRESHED, "7",
           ("	 leg[l].timer || leg[l].offer != KNOWS)", "	 leg[l].offer != KNOWS)")),
    mutant("a BYE that is owed is not on the agenda", "host_and_member_in_full", "7",
           ("leg[l].doubt || leg[l].bye || ", "leg[l].doubt || ")),
    mutant("a dead member on trial is not looked for", "every_trial_comes_to_its_end", "circle",
           ("((leg[i].trial || leg[i].late) && !leg[i].asked)", "(leg[i].late && !leg[i].asked)")),
    mutant("who is not heard is hung up, muted or not", "trials_and_calls_in_full", "7",
           ("SEEN(l).doubt -> sight(SEEN_DOUBT); bury(l)", "true -> bury(l)")),
    # replicas
    mutant("a replica whose lease has passed on is heard", OLD, "10",
           ("FENCE(c) -> applied_(", "true -> applied_("), ("	:: !FENCE(c) -> goto distrust", "	:: false -> goto distrust")),
    mutant("it does not say what it has touched", OLD, "10", ("-> leg[l].applied = STALE; plan(l); sight(SEEN_DISTRUST)", "-> skip")),
    mutant("it says so of one of the two", OLD, "10",
           ('distrust(l); say(l, "%c%d media distrusted\\n"); l = m; m = 0', "l = m; m = 0")),
    # messages
    mutant("what is told late takes a message back", WEBHOOK, "11",
           ("row[r].attempts > 0 && MAY_MOVE(row[r].status, to)", "row[r].attempts > 0")),
    mutant("a claim that lapsed is not taken up", WEBHOOK, "17",
           ("(line.due && row[r].queue && ", "(line.due && row[r].queue && row[r].status != SENDING && ")),
    mutant("what is left as it is stays in the queue", "every_message_comes_to_its_end", "circle",
           ("	:: row[r].status != UNKNOWN -> move(r, UNKNOWN)\n	:: else\n	fi;\n	out_of_queue(r)",
            "	:: row[r].status != UNKNOWN -> move(r, UNKNOWN)\n	:: else\n	fi")),
    mutant("a line's messages go in any order", TWO_TO_WEBHOOK, "15",
           ("(line.due && row[r].queue && BEFORE_IS(r, IS_OUT) && ", "(line.due && row[r].queue && ")),
    mutant("a claim that lapsed is simply sent again", MESSAGEBIRD, "13",
           ("	:: row[r].status == QUEUED ->\n		rule(14", "	:: row[r].status == QUEUED || row[r].status == SENDING ->\n		rule(14"),
           ("		move(r, SENDING);\n		row[r].attempts++", "		row[r].status = SENDING;\n		row[r].attempts++"),
           ("	:: row[r].status == SENDING ->\n		row[r].doubts++;", "	:: false ->\n		row[r].doubts++;")),
    mutant("whatever may have been taken is sent again", WEBHOOK, "13", ("	:: RESENT(r) && !row[r].over &&", "	:: !row[r].over &&")),
    mutant("it is sent again and again", WEBHOOK, "13", (" && row[r].doubts < DOUBTS_MAX", "")),
    mutant("the provider is not asked", MESSAGEBIRD, "13", ("	:: !ASKABLE -> decide(r)", "	:: row[r].status == SENDING -> decide(r)"),
           ("	:: ASKABLE && row[r].status == SENDING -> move(r, UNKNOWN); line.due = 1\n", "")),
    mutant("a member who has left is announced", WEBHOOK, "14", (WITHDRAW + WITHDRAW_DOUBT, "")),
    mutant("who was not announced is said to have left", WEBHOOK, "18", ("	:: spared -> row[r].status = CANCELLED\n", "")),
    mutant("its end is told all the same", WEBHOOK, "18",
           ("		:: row[LEFT_OF(r)].status == QUEUED -> close_(LEFT_OF(r), CANCELLED)\n", "")),
    mutant("a doubt is forgotten when the member leaves", WEBHOOK, "16",
           (WITHDRAW, WITHDRAW.replace(" && row[r].doubts == 0", "")), (WITHDRAW_DOUBT, "")),
    mutant("a doubt is forgotten when the message is too old", WEBHOOK, "16",
           ("	:: row[r].status == QUEUED && row[r].doubts == 0 -> close_(r, EXPIRED)",
            "	:: row[r].status == QUEUED -> close_(r, EXPIRED)")),
    mutant("a retry has no time", WEBHOOK, "12",
           ("	:: !row[r].over -> move(r, QUEUED); line.due = 1", "	:: !row[r].over -> move(r, QUEUED); line.due = 0")),
    mutant("what comes next has no time", TWO_TO_WEBHOOK, "12", ("find_first(); line.due = (first != 0)", "line.due = 0")),
]  # fmt: skip
