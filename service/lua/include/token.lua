-- Tokens of the API are one hash: id -> { id, digest, name, scope, made at (ms) }.
local tokens = KEYS[1] .. ':map'

local function token_row(id)
  local row = redis.call('HGET', tokens, id)
  return row and cjson.decode(row) or nil
end
