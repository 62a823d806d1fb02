--- @include "keys"
--- @include "journal"
--- @include "legs"
--- @include "agenda"
--- @include "outbox"
--- @include "line"
--- @include "census"

-- The rules of a line: who sits, who is let in, who hears whom. All transitions end in settle().

-- A leg that ends before its ACK may still be in the making: the INVITE's handler works on its media
-- for at most the decision timeout (2 s). Its media are deleted after that.
local MAKING_MS = 3000
local CALLS_MAX = 1000

local seat = {}

-- A member takes part in the conference from its ACK on, or from the end of its trial: one who waited is
-- let in on trial, keeps its music, and nobody is told before it has given a sign of life (alive.lua).
local function takes_part(member)
  return member and member.state == 'confirmed' and member.trial ~= '1'
end

-- Host and seated member hear each other exactly when both take part; whoever is alone has music.
function seat.settle(line, now)
  local who = line_state(line)
  local host, member = legs.get(who.host), legs.get(who.seat)
  if not takes_part(member) then
    member = nil
  end
  if host then
    agenda.want(host, member and 'talk:' .. member.id or 'music', now)
  end
  if member then
    agenda.want(member, host and 'talk:' .. host.id or 'music', now)
  end
end

-- "is now on your conference line", once per leg, as soon as it takes part: at its ACK in the seat, or at the end
-- of its trial.
function seat.announce(conf, line, leg, now)
  if leg.announced ~= '1' then
    legs.set(leg, { announced = 1 })
    outbox.write(conf, line, leg, 'on', now)
  end
end

-- Moves the oldest waiting member into the free seat: on trial, unless it has just been in the seat, or its
-- ACK is still to come.
function seat.admit(line, now)
  local head = redis.call('ZPOPMIN', key.queue(line))[1]
  if not head then
    return
  end
  local leg = legs.get(head)
  redis.call('HSET', key.state(line), 'seat', head)
  local trial = leg.state == 'confirmed' and leg.announced ~= '1'
  legs.set(leg, { place = 'seat', seated_at = leg.seated_at or now, trial = trial and 1 or '' })
  agenda.plan(leg, now)
  journal(now, 'admitted', line, leg)
end

local function record_call(line, leg, reason, now)
  local connected_or_end = leg.seated_at or now
  redis.call('XADD', key.calls(line), 'MAXLEN', '~', CALLS_MAX, '*', 'leg', leg.id, 'number', leg.number,
    'role', leg.role, 'joined_at', leg.joined_at, 'ended_at', now,
    'waited', leg.role == 'member' and connected_or_end - leg.joined_at or 0,
    'talked', leg.talked or 0, 'reason', reason, 'trunk', leg.trunk or '', 'trust', leg.trust or '',
    'diverter', leg.diverter or '')
end

local function vacate(line, leg)
  if leg.place == 'queue' then
    redis.call('ZREM', key.queue(line), leg.id)
  elseif leg.place == 'pin' then
    redis.call('ZREM', key.pins(line), leg.id)
  else
    redis.call('HDEL', key.state(line), leg.place)
  end
end

-- Ends a leg and empties its place; nobody is admitted yet. `hangup`: we owe the caller a BYE.
function seat.finish(conf, line, leg, reason, hangup, now)
  local change = agenda.wish(leg, 'gone', now)
  change.not_before = leg.state == 'reserved' and leg.joined_at + MAKING_MS or 0
  change.state, change.ended_at, change.reason, change.counted = 'ended', now, reason, ''
  change.bye = hangup and 'due' or 'none'
  if leg.place == 'pin' then
    change.pin_typed, change.pin_until = '', ''
  end
  vacate(line, leg)
  census.leaves(line, leg)
  change.place, change.trial, change.doubt, change.offer, change.refresh_by = '', '', '', '', ''
  legs.set(leg, change)
  redis.call('ZREM', key.watch(), leg.id)
  redis.call('SREM', key.ghosts(), leg.id)
  redis.call('HDEL', key.leg(leg.id), 'sdp', 'was_sdp') -- a tombstone needs no offer
  agenda.plan(leg, now)
  record_call(line, leg, reason, now)
  journal(now, 'ended', line, leg, 'reason', reason)
  if leg.announced == '1' then
    outbox.left(conf, line, leg, now)
  end
end

-- The leg is the host from now on; the one before is hung up.
function seat.take_over(conf, line, leg, now)
  local old = legs.get(line_state(line).host)
  if old then
    seat.finish(conf, line, old, 'taken_over', true, now)
  end
  vacate(line, leg)
  redis.call('HSET', key.state(line), 'host', leg.id)
  legs.set(leg, { place = 'host', role = 'host' })
end

-- A confirmed leg that was neither host nor member comes in as a member, behind those who wait. Hung up if there is no
-- room.
function seat.enter(conf, line, leg, now)
  legs.set(leg, { role = 'member' })
  if line_state(line).seat and redis.call('ZCARD', key.queue(line)) >= conf.max_waiting then
    seat.finish(conf, line, leg, 'full', true, now)
    return
  end
  vacate(line, leg)
  local arrival = redis.call('HINCRBY', key.state(line), 'arrivals', 1)
  redis.call('ZADD', key.queue(line), arrival, leg.id)
  legs.set(leg, { place = 'queue', arrival = arrival })
  agenda.want(leg, 'music', now)
  if not line_state(line).seat then
    seat.admit(line, now)
  end
end

local on_host_leave = {
  end_member = function(conf, line, member, now)
    seat.finish(conf, line, member, 'host_left', true, now)
  end,
  requeue_member = function(_, line, member, now)
    vacate(line, member)
    redis.call('ZADD', key.queue(line), member.arrival, member.id)
    legs.set(member, { place = 'queue' })
    journal(now, 'requeued', line, member)
  end,
  keep_member = function() end,
}

-- Takes a leg off the line as if its caller had hung up, and draws the consequences.
function seat.leave(conf, line, leg, reason, hangup, now)
  local place = leg.place
  seat.finish(conf, line, leg, reason, hangup, now)
  if place == 'host' then
    local member = legs.get(line_state(line).seat)
    if takes_part(member) then
      on_host_leave[conf.on_host_leave](conf, line, member, now)
    end
  end
  if not line_state(line).seat then
    seat.admit(line, now)
  end
  seat.settle(line, now)
end
