--- @include "keys"

-- The consumer of a shard names the epoch of its lease. One whose lease has passed to another (it was
-- stopped for a while and does not know) is refused, whatever it wants to change.
-- Returns what the script is to return, nil when all is well. '' = not checked: a fact that somebody
-- learnt later than the lease may last (the answer to a request).
local function fence(epoch)
  if epoch ~= '' and redis.call('GET', key.lease_epoch()) ~= epoch then
    return redis.error_reply('FENCED the lease of epoch ' .. epoch .. ' has passed to another')
  end
end
