-- KEYS[1]  shard tag
-- Returns  { line, configuration (JSON), ... } of all lines of the shard, by name
-- Flags    no-writes

--- @include "keys"

local lines = redis.call('SMEMBERS', key.lines())
table.sort(lines)
local found = {}
for _, line in ipairs(lines) do
  found[#found + 1] = line
  found[#found + 1] = redis.call('HGET', key.line(line), 'config')
end
return found
