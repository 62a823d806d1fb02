--- @include "seat"

-- Whether a caller with a host's number is the host. Where the line wants a PIN (`host_trust`), who is not verified by
-- their network is asked for it: by a tone, on a place of its own (`pin`), out of the queue and of the conference. What
-- they type stands on the leg as the tokens of the digits (src/pin.h), not as digits.

local TRIES = 3
-- A try is over when no key was pressed for so long.
local TRY_MS = 20000
-- So many wrong PINs of a caller within the hour, and they are not asked any more: they are a member.
local WRONG_MAX = 6
local WRONG_MS = 3600000
-- More are not asked at a time: the others may be as false as these.
local ASKED_MAX = 3

local pin = {}

-- How many wrong PINs a caller has given within the hour, and since when that is counted.
local function wrong_of(line, number, now)
  local count, since = string.match(redis.call('HGET', key.pin_wrong(line), number) or '', '^(%d+) (%d+)$')
  if not count or now - since >= WRONG_MS then
    return 0, now
  end
  return tonumber(count), since
end

-- { caller, wrong PINs within the hour, ... }
function pin.wrong(line, now)
  local found, callers = {}, redis.call('HKEYS', key.pin_wrong(line))
  table.sort(callers)
  for _, number in ipairs(callers) do
    local count = wrong_of(line, number, now)
    if count > 0 then
      found[#found + 1], found[#found + 2] = number, count
    end
  end
  return found
end

-- Who a caller is, before anything was asked: 'host', 'member', or 'unproven'.
function pin.role(conf, line, number, trust, now)
  if number == '' or not contains(conf.hosts, number) then
    return 'member'
  end
  if (conf.host_trust or 'caller_id') == 'caller_id' or trust == 'verified' then
    return 'host'
  end
  local may_ask = conf.host_trust == 'pin' and wrong_of(line, number, now) < WRONG_MAX
    and redis.call('ZCARD', key.pins(line)) < ASKED_MAX
  return may_ask and 'unproven' or 'member'
end

function pin.ask(leg, try, now)
  legs.set(leg, { pin_try = try, pin_typed = '', pin_until = now + TRY_MS })
  agenda.want(leg, 'ask:' .. try, now)
end

function pin.type(leg, typed, now)
  legs.set(leg, { pin_typed = typed, pin_until = now + TRY_MS })
  agenda.plan(leg, now)
end

-- `sealed` is the line's PIN as src/pin.h makes it: its length, the salt, and the digest of salt and tokens.
function pin.is_complete(conf, typed, token)
  local length = string.match(conf.pin_sealed or '', '^(%d+):')
  return length and #typed >= length * #token
end

local function is_right(conf, typed)
  local salt, digest = string.match(conf.pin_sealed or '', '^%d+:(%x+):(%x+)$')
  return salt and redis.sha1hex(salt .. typed) == digest
end

local function over(leg, result)
  legs.set(leg, { pin_typed = '', pin_until = '' })
  return result
end

-- What a try has come to: 'proven' (the leg is the host), 'wrong' (it is asked again), or 'unproven' (it is a member
-- from now on, and the hosts are told).
function pin.judge(conf, line, leg, now)
  if is_right(conf, leg.pin_typed) then
    redis.call('HDEL', key.pin_wrong(line), leg.number)
    seat.take_over(conf, line, leg, now)
    agenda.want(leg, 'music', now)
    journal(now, 'proven', line, leg)
    seat.settle(line, now)
    return over(leg, 'proven')
  end
  local count, since = wrong_of(line, leg.number, now)
  redis.call('HSET', key.pin_wrong(line), leg.number, count + 1 .. ' ' .. since)
  redis.call('HINCRBY', key.state(line), 'pin_wrong', 1)
  journal(now, 'pin_wrong', line, leg)
  if tonumber(leg.pin_try) < TRIES and count + 1 < WRONG_MAX then
    pin.ask(leg, leg.pin_try + 1, now)
    return 'wrong'
  end
  outbox.write(conf, line, leg, 'pin', now)
  seat.enter(conf, line, leg, now)
  seat.settle(line, now)
  return over(leg, 'unproven')
end
