-- Users are one hash: name -> { name, HA1, realm of the HA1, number, changed at (ms) }.
local function users()
  return KEYS[1] .. ':map'
end

local function user_row(name)
  local row = redis.call('HGET', users(), name)
  return row and cjson.decode(row) or nil
end
