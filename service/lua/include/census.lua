--- @include "keys"
--- @include "line"

-- How many calls there are at the moment: of a trunk in this shard, of a caller and in all on a line. A leg is counted
-- from the place that it takes (join.lua) to its end (seat.finish), once.
local census = {}

function census.book(line, trunk, number, by)
  local rows = { { key.trunk_calls(), trunk ~= '' and trunk or 'unknown' } }
  if number ~= '' then
    rows[2] = { key.callers(line), number }
  end
  for _, row in ipairs(rows) do
    if redis.call('HINCRBY', row[1], row[2], by) <= 0 then
      redis.call('HDEL', row[1], row[2])
    end
  end
end

function census.enters(line, fields)
  fields.counted = 1
  census.book(line, fields.trunk or '', fields.number, 1)
end

function census.leaves(line, leg)
  if leg.counted == '1' then
    census.book(line, leg.trunk or '', leg.number, -1)
  end
end

-- Whether a member may not come in as well: 'line_full', 'caller_full' (the line's max_calls, max_calls_per_caller;
-- 0 and none is no limit), or nil.
function census.limit(conf, line, number)
  local most, each = conf.max_calls or 0, conf.max_calls_per_caller or 0
  if most > 0 then
    local who = line_state(line)
    local here = redis.call('ZCARD', key.queue(line)) + redis.call('ZCARD', key.pins(line))
      + (who.host and 1 or 0) + (who.host_next and 1 or 0) + (who.seat and 1 or 0)
    if here >= most then
      return 'line_full'
    end
  end
  if each > 0 and number ~= '' and tonumber(redis.call('HGET', key.callers(line), number) or 0) >= each then
    return 'caller_full'
  end
end
