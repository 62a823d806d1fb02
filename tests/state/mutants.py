"""Broken rules: each is a change to the scripts that the random histories must notice."""

from .driver import play_history
from .history import Broken
from .server import Scripts

HISTORIES, STEPS = 120, 200  # each mutant is given up after so many

MUTANTS = {
    "the newest is let in first": ("ZPOPMIN", "ZPOPMAX"),
    "nobody is let in when the seat becomes free": ("if not line_state(line).seat then\n    seat.admit", "if false then\n    seat.admit"),
    "a leg keeps its place when it ends": ("  vacate(line, leg)\n  census", "  census"),
    "a call that has ended is counted": ("  census.leaves(line, leg)\n", ""),
    "who hears whom is not settled after a leave": ("  seat.settle(line, now)\nend\n", "end\n"),
    "who hears whom is not settled after an ACK": ("seat.settle(line, now)\nreturn 'confirmed'", "return 'confirmed'"),
    "a host is connected to a member before its ACK": ("if not takes_part(member) then", "if false then"),
    "whoever is let in is announced": ("  journal(now, 'admitted', line, leg)", "  seat.announce(line_config(line), line, leg, now)"),
    "nobody notes who was announced": ("legs.set(leg, { announced = 1 })", ""),
    "the wrong one is said to have left": ("{number} has left", "{line} has left"),
    "the new host does not replace the old": ("  if old then\n    seat.finish", "  if false then\n    seat.finish"),
    "a third host leg leaves the second where it is": ("if pending then", "if false then"),
    "the member stays when the host leaves": ("on_host_leave[conf.on_host_leave](", "on_host_leave.keep_member("),
    "a requeued member goes to the end": ("key.queue(line), member.arrival,", "key.queue(line), 1e9,"),
    "one more waits than may": ("waiting < conf.max_waiting", "waiting <= conf.max_waiting"),
    "blocked callers are let in": ("contains(conf.blocked, number)", "false"),
    "a repeated INVITE is a new one": ("if before and before.state == 'reserved' then", "if before and before.state == '' then"),
    "a CANCEL ends a confirmed call": ("if (expected ~= '' and leg.state ~= expected) or", "if"),
    "a CANCEL before its INVITE is forgotten": ("local early = reason == 'cancel' or", "local early ="),
    "a BYE of another dialog ends the call": ("  return 'mismatch'\n", ""),
    "whoever was doubted once is dead": ("reason == 'dead' and (leg.doubt or '') == ''", "false"),
    "an ACK is missing before its time": ("tonumber(leg.deadline) > tonumber(now)", "false"),
    "a late ACK is owed no BYE": ("{ to_tag = to_tag, bye = 'due', ", "{ to_tag = to_tag, "),
    "a caller who hung up is sent a BYE": ("legs.set(leg, { bye = 'none' })", ""),
    "a changed wish is not on the agenda": ("agenda.wish(leg, want, now))\n    agenda.plan(leg, now)", "agenda.wish(leg, want, now))"),
    "ended legs stay for ever": ("if leg.state == 'ended' then\n      redis.call('PEXPIRE'", "if false then\n      redis.call('PEXPIRE'"),
    "ended legs go before their work is done": ("    redis.call('PERSIST', key.leg(leg.id))\n", ""),
    "what is shown is not opened": ("  legs.set(leg, { applied = 'open' })\n", ""),
    "of a pair only the one that is due is opened": ("leg.differs or (other and other.differs)", "leg.differs"),
    "what was opened is not on the agenda": ("  redis.call('ZADD', key.agenda(), 'NX', now, leg.id)\n", ""),
    "fresh legs are opened for music": (" or (leg.applied == '' and leg.want == 'music') then", " then"),
    "late word of media that are to be made anew counts": ("if agenda.closes(leg, applied) then", "if true then"),
    "a wish that changed meanwhile is forgotten":
        ("change.applied, change.answer = applied, sdp", "change.applied, change.answer = leg.want, sdp"),
    "media that an old consumer has changed are trusted":
        ("if leg.want ~= '' then\n  legs.set(leg, { applied = 'stale' })", "if false then"),
    "a line's messages go newest first": ("key.sms_queue(line), 0)", "key.sms_queue(line), -1)"),
    "an old result counts for a new attempt": ("m.claim ~= claim or", ""),
    "a claim does not hold": ("redis.call('ZADD', key.sms_due(), until_ms, m.line)", ""),
    "a retry is not put off": ("redis.call('ZADD', key.sms_due(), at, m.line)", "redis.call('ZADD', key.sms_due(), now, m.line)"),
    "a claim that lapsed leaves no doubt": ("change.doubts = m.doubts + 1", "change.doubts = m.doubts"),
    "what may have been taken is sent again, whatever the policy": ("if policy == 'resend' and", "if"),
    "what may have been taken is sent again and again": (" and m.doubts < DOUBTS_MAX", ""),
    "what the provider does not have stays in doubt": ("known.doubts, m.doubts = 0, 0\n", ""),
    "a late word that it was sent is not heard": ("if verdict == 'sent' or", "if m.claim == claim and verdict == 'sent' or"),
    "old messages go out": ("if now - m.created_at < tonumber(max_age) then", "if true then"),
    "a member who has left is announced": ("    if m.status == 'queued' and m.doubts == 0 then", "    if false then"),
    "one who was not announced is said to have left": ("ended[m.to] = { status = 'cancelled', error = '' }", ""),
    "messages are without limit": ("count + 2 > most", "false"),
    "one message more than may goes out": ("count + 2 > most", "count + 1 > most"),
    "has left is not set aside": ("book(line, now, on, left)", "book(line, now, on)"),
    "has left is not counted": ("  book(line, now, id)\n", ""),
    "the hour never ends": ("now - HOUR_MS", "0"),
    "the same caller is announced again and again": ("  if at then", "  if false then"),
    "a caller is never announced again": ("now - minutes * MINUTE_MS", "0"),
    "all callers are one caller": ("to .. ' ' .. caller", "to"),
    "what never went out has its price": ("if status == 'cancelled' or status == 'expired' then", "if false then"),
    "who was told nothing of a caller hears that they have left": ("ended[m.to] = { status = 'suppressed', error = m.error }", ""),
    "a member who left meanwhile is announced": ("if not m.over then", "if true then"),
    "its end is told all the same": ("if left and left.status == 'queued' then", "if false then"),
    "what may have been taken is sent again when the member has left": ("policy == 'resend' and not m.over and", "policy == 'resend' and"),
    "a failure takes back an arrival": ("delivered = {},", "delivered = { failed = true },"),
    "a report of what was never sent counts": ("tonumber(m.attempts) == 0 or", ""),
    "a message that was reported keeps its turn":
        ("message.close(m, status, fields, now)\n  return true", "message.move(m, status, fields, now)\n  return true"),
    "consumers are not woken": ("journal(now, 'ended', line, leg, 'reason', reason)", ""),
    "a member is let in without a trial": ("local trial = leg.state == 'confirmed' and leg.announced ~= '1'", "local trial = false"),
    "a trial goes on for ever": ("legs.set(leg, { trial = '' })", ""),
    "a trial that is over is announced to nobody": ("seat.announce(line_config(leg.line), leg.line, leg, now)\nseat.settle", "seat.settle"),
    "who passed its trial hears nobody": ("leg.line, leg, now)\nseat.settle(leg.line, now)", "leg.line, leg, now)"),
    "a member on trial leaves with the host": ("if takes_part(member) then\n      on_host", "if member then\n      on_host"),
    "a member on trial is not looked at": ("leg.trial == '1' and tonumber(leg.probe_after", "false and tonumber(leg.probe_after"),
    "a doubted leg is not looked at": ("or (leg.doubt or '') ~= '' then", "then"),
    "an ended leg is watched": ("  redis.call('ZREM', key.watch(), leg.id)\n", ""),
    "an ended leg is still asked": ("  redis.call('SREM', key.ghosts(), leg.id)\n", ""),
    "a confirmed leg is not watched": ("redis.call('ZADD', key.watch(), now, id)\n", "\n"),
    "a sign of life is forgotten": ("redis.call('ZADD', key.watch(), at, id)", ""),
    "who has shown life stays under suspicion":
        ("  redis.call('SREM', key.ghosts(), leg.id)\n  legs.set(leg, { probe", "  legs.set(leg, { probe"),
    "who has shown life is doubted": ("probe_cseq = '', doubt = ''", "probe_cseq = ''"),
    "no answer to an old OPTIONS counts": ("if leg.probe_cseq ~= cseq then", "if false then"),
    "a key that is told of twice counts twice": ("if last and tonumber(number) <= tonumber(last) then", "if false then"),
    "two of our requests have one CSeq": ("'cseq_out', 1)", "'cseq_out', 0)"),
    "an old BYE counts for a new one": ("if leg.bye_cseq ~= cseq then", "if false then"),
    "who has lost its media is not told": ("legs.set(leg, { offer = 'due', offer_after = now })", ""),
    "media that move again are not told again": ("legs.set(leg, { offer = 'again' })", ""),
    "a re-INVITE that is owed is not on the agenda":
        ("(leg.offer or '') ~= '' and math.max(tonumber(leg.offer_after", "false and math.max(tonumber(leg.offer_after"),
    "a leg that is no more is owed a re-INVITE":
        ("change.doubt, change.offer, change.refresh_by = '', '', '', '', ''", "change.doubt, change.refresh_by = '', '', '', ''"),
    "a lost call is not made anew":
        ("legs.set(leg, { applied = 'stale' })\nagenda.plan(leg, now)\njournal(now, 'media_lost'", "journal(now, 'media_lost'"),
    "what is being made is lost again":
        ("leg.state ~= 'confirmed' or (leg.want ~= leg.applied and leg.applied ~= '') then", "leg.state ~= 'confirmed' then"),
    "an old outcome counts for a new re-INVITE": ("if leg.offer_cseq ~= cseq then", "if false then"),
    "two re-INVITEs at once": ("and offers.under_way(leg, now)\n", "and false\n"),
    "the answer to a caller's re-INVITE does not tell": ("  offers.told(leg)\n", ""),
    "what the caller answers is not applied": ("change.sdp, change.outline, change.applied = sdp, outline, 'stale'", ""),
    "an answer in an ACK is not applied": ("change.applied = sdp ~= leg.sdp and 'stale' or nil", ""),
    "a call without an answer to our offer goes on": ("and sdp == '' then\n  seat.leave", "and false then\n  seat.leave"),
    "what was refused changes the session": ("legs.set(leg, session.restored(leg))", "legs.set(leg, { ask = '', was_cseq = '' })"),
    "what was acknowledged is taken back": ("    change.was_cseq = ''\n", ""),
    "an UPDATE is taken while our offer is open": ("and session.waits(leg, now)", "and false"),
    "two of a caller's descriptions at once": ("  return { 'busy' }", "  local _ = 0"),
    "who refuses once is hung up": (">= OFFERS_REFUSED_MAX then", ">= 1 then"),
    "the time of talking is lost": ("change.talked = tonumber(leg.talked or 0) +", "change.talked ="),
    "a host's number is enough": ("== 'caller_id' or trust == 'verified' then", "~= '' then"),
    "an unverified host is one where the network has to say so": ("trust == 'verified' then", "conf.host_trust == 'verified' then"),
    "a verified host is asked for the PIN": (" or trust == 'verified' then", " then"),
    "any PIN is right": ("return salt and redis.sha1hex(salt .. typed) == digest", "return true"),
    "no PIN is right": ("return salt and redis.sha1hex(salt .. typed) == digest", "return false"),
    "the PIN is asked for without end": ("if tonumber(leg.pin_try) < TRIES and", "if"),
    "wrong PINs of a caller are not counted": ("count + 1 .. ' ' .. since)", "count .. ' ' .. since)"),
    "right PINs leave the wrong ones": ("    redis.call('HDEL', key.pin_wrong(line), leg.number)\n", ""),
    "nobody is told of wrong PINs": ("  outbox.write(conf, line, leg, 'pin', now)\n", ""),
    "a key gives no more time": ("{ pin_typed = typed, pin_until = now + TRY_MS }", "{ pin_typed = typed }"),
    "nobody looks whether a try is over": ("leg.place == 'pin' and tonumber(leg.pin_until)", "false and tonumber(leg.pin_until)"),
    "who did not know the PIN is let in though it is full":
        ("if line_state(line).seat and redis.call('ZCARD'", "if false and redis.call('ZCARD'"),
    "who did not know the PIN is let in first": ("key.queue(line), arrival, leg.id)", "key.queue(line), 0, leg.id)"),
    "who was asked stays in its place": ("  elseif leg.place == 'pin' then\n    redis.call('ZREM', key.pins(line), leg.id)\n", ""),
    "a busy line is deleted": ("  return { 'busy' }\n", ""),
    "a call goes by what another has read":
        ("local function line_config(line)\n  local text = redis.call('HGET', key.line(line), 'config')",
         "local read = {}\nlocal function line_config(line)\n"
         "  read[line] = read[line] or redis.call('HGET', key.line(line), 'config')\n  local text = read[line]"),
}  # fmt: skip


def mutated(text, old, new):
    """The library with `old` replaced by `new` wherever it stands."""
    if old not in text:
        raise AssertionError(f"no script has {old!r}: it was changed, so change the mutant")
    return text.replace(old, new)


def notice(client, text, seed):
    """How each mutant was noticed: { name: (histories played, Broken or None) }."""
    found = {}
    for name, change in MUTANTS.items():
        with Scripts(client, mutated(text, *change)) as scripts:
            found[name] = first_broken(client, scripts, seed)
    return found


def first_broken(client, scripts, seed):
    for count in range(1, HISTORIES + 1):
        try:
            play_history(client, scripts, seed + count, STEPS)
        except Broken as error:
            return count, error
    return HISTORIES, None
