--- @include "keys"

-- The journal wakes the consumers and says what happened; what is to be done stands in the agenda
-- and in the outbox, so that trimming old entries loses nothing.
local JOURNAL_MAX = 10000

-- `leg` is nil for what concerns the line alone.
local function journal(now, event, line, leg, ...)
  redis.call('XADD', key.journal(), 'MAXLEN', '~', JOURNAL_MAX, '*', 'at', now, 'event', event,
    'line', line, 'leg', leg and leg.id or '', 'call_id', leg and leg.call_id or '', ...)
end
