-- Tokens of the API are one hash: id -> { id, digest, name, scope, made at (ms) }.
local function tokens()
  return KEYS[1] .. ':map'
end

local function token_row(id)
  local row = redis.call('HGET', tokens(), id)
  return row and cjson.decode(row) or nil
end
