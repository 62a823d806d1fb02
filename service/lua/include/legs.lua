--- @include "keys"

-- A leg is a hash; these keep the table in hand and the hash the same.
local legs = {}

local function as_table(flat)
  local t = {}
  for i = 1, #flat, 2 do
    t[flat[i]] = flat[i + 1]
  end
  return t
end

-- The leg's fields with its id, or nil when there is no such leg.
function legs.get(id)
  if not id then
    return nil
  end
  local flat = redis.call('HGETALL', key.leg(id))
  if #flat == 0 then
    return nil
  end
  local leg = as_table(flat)
  leg.id = id
  return leg
end

function legs.set(leg, fields)
  local flat = {}
  for name, value in pairs(fields) do
    leg[name] = tostring(value)
    flat[#flat + 1] = name
    flat[#flat + 1] = leg[name]
  end
  redis.call('HSET', key.leg(leg.id), unpack(flat))
end
