-- The SDP answer that an INVITE gets: kept, so that a repeated one gets the same.
--
-- KEYS[1]  shard tag
-- ARGV     1 leg  2 CSeq  3 SDP as rtpengine gave it  4 SDP as the caller gets it
-- Returns  'ok' | 'unknown'

--- @include "answers"

local id, cseq, answer, whole = unpack(ARGV)

local got = redis.call('HMGET', key.leg(id), 'cseq', 'state')
if got[1] ~= cseq or got[2] == 'ended' then
  return 'unknown'
end
redis.call('HSET', key.leg(id), 'answer', answer)
answers.keep(id, cseq, whole)
return 'ok'
