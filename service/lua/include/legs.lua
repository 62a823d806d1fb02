--- @include "keys"
--- @include "as_table"

-- A leg is a hash; these keep the table in hand and the hash the same.
local legs = {}

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
