-- A re-INVITE of our own is about to tell a caller where the media are; until its outcome is known no other is sent.
--
-- KEYS[1]  shard tag
-- ARGV     1 epoch  2 now (ms)  3 leg  4 when to send it again if nothing was heard (ms)
-- Returns  { the CSeq that it takes in the dialog, how many offers of ours the caller has been sent with it }
--          | {} (there is no such call any more, or the caller knows, or is at a re-INVITE: RFC 3261 14.1)
-- Keeps    no second offer while one of ours in a 200 waits for its ACK (RFC 3264 4, RFC 3261 14.1).

--- @include "fence"
--- @include "session"

local epoch, now, id, again_at = unpack(ARGV)

local refused = fence(epoch)
if refused then
  return refused
end

local leg = legs.get(id)
if not leg or leg.state ~= 'confirmed' or (leg.offer or '') == '' or (leg.ask or '') ~= '' then
  return {}
end
if session.waits(leg, now) then
  agenda.plan(leg, now)
  return {}
end
local cseq = redis.call('HINCRBY', key.leg(id), 'cseq_out', 1)
local count = redis.call('HINCRBY', key.leg(id), 'offers', 1)
legs.set(leg, { offer = 'sent', offer_after = again_at, offer_cseq = cseq })
agenda.plan(leg, now)
return { cseq, count }
