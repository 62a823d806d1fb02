--- @include "keys"

-- What was claimed up to this moment (ms) makes no line any more.
local function raise_floor(moment)
  if tonumber(moment) > tonumber(redis.call('GET', key.line_floor()) or 0) then
    redis.call('SET', key.line_floor(), moment)
  end
end
