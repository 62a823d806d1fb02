-- A caller has pressed a key, or has not for some time.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 line  3 leg  4 our To-tag that the request names, '' = not checked
--          5 what: 'late' (the time of the try may be over), 'end' (#), 'clear' (*), or the token of a digit
--          6 which press it is: 'info:<CSeq>' or 'event:<number>', which grow; '' = none ('late')
-- Returns  { outcome, Call-ID }; outcome:
--          'unknown' (no such call) | 'mismatch' (the To-tag is not the dialog's) | 'ignored' (no PIN is asked for)
--          'more'      taken
--          'proven'    the PIN is right: the caller is the host
--          'wrong'     it is not: asked again
--          'unproven'  once too often: the caller is a member
-- Keeps    a press counts once, however often it is told: the last of each way is answered as before, earlier ones are
--          'ignored'.
--          Nobody is the host of a line that wants a PIN without it; a try is judged once.

--- @include "pin"
--- @include "sign"

local now, line, id, to_tag, what, which = unpack(ARGV)

local leg = legs.get(id)
if not leg or leg.line ~= line or leg.state == 'ended' then
  return { 'unknown', '' }
end
local function result(outcome)
  return { outcome, leg.call_id or '' }
end
if to_tag ~= '' and (leg.to_tag or '') ~= '' and to_tag ~= leg.to_tag then
  return result('mismatch')
end
local way, number = string.match(which, '^(%a+):(%d+)$')
local last, outcome = string.match(way and leg['pressed_' .. way] or '', '^(%d+) (%a+)$')
if last and tonumber(number) <= tonumber(last) then
  return result(number == last and outcome or 'ignored')
end
if leg.place ~= 'pin' or leg.state ~= 'confirmed' then
  return result('ignored')
end
if what ~= 'late' then
  sign.heard(leg, now)
  agenda.plan(leg, now)
end

-- Its outcome, noted for when it is told again.
local function taken(word)
  if way then
    legs.set(leg, { ['pressed_' .. way] = number .. ' ' .. word })
  end
  return result(word)
end

local conf = line_config(line)
local typed = leg.pin_typed
if what == 'late' and tonumber(now) < tonumber(leg.pin_until) then
  return taken('ignored')
elseif what == 'end' and typed == '' then
  return taken('ignored') -- behind a PIN that was judged at its last digit
elseif what == 'clear' then
  pin.type(leg, '', now)
  return taken('more')
elseif what ~= 'late' and what ~= 'end' then
  typed = typed .. what
  pin.type(leg, typed, now)
  if not pin.is_complete(conf, typed, what) then
    return taken('more')
  end
end
return taken(pin.judge(conf, line, leg, now))
