--- @include "keys"

-- The SDP answers of a dialog's INVITEs and UPDATEs are kept by their CSeq for as long as one may be
-- repeated: the life of a SIP transaction (64*T1, RFC 3261 17.1.1.2) and of Kamailio's reports (60 s).
local ANSWER_MS = 64000

local answers = {}

-- A list of one: whoever waits for it is woken, and leaves it for those who ask again.
function answers.keep(id, cseq, sdp)
  local name = key.answer(id, cseq)
  redis.call('DEL', name)
  redis.call('RPUSH', name, sdp)
  redis.call('PEXPIRE', name, ANSWER_MS)
end

-- The answer, or nil when there is none (yet, or any more).
function answers.find(id, cseq)
  return redis.call('LINDEX', key.answer(id, cseq), 0) or nil
end
