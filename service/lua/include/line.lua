--- @include "keys"

-- The line's configuration as a table, or nil when there is no such line.
local function line_config(line)
  local text = redis.call('HGET', key.line(line), 'config')
  return text and cjson.decode(text) or nil
end

-- Who is where: host, host_next (a host leg not yet ACKed), seat. Absent means nobody.
local function line_state(line)
  local got = redis.call('HMGET', key.state(line), 'host', 'host_next', 'seat')
  return { host = got[1] or nil, host_next = got[2] or nil, seat = got[3] or nil }
end

local function contains(list, value)
  for _, item in ipairs(list or {}) do
    if item == value then
      return true
    end
  end
  return false
end
