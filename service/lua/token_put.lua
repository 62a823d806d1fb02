-- A new token; the same once more changes nothing.
--
-- KEYS[1]  tag of the tokens
-- ARGV     1 now (ms)  2 id  3 SHA-256 of the token (hex)  4 name  5 scope  6 how many there may be
-- Returns  'ok' | 'full' (there are so many) | 'taken' (another one has this id)

--- @include "token"

local now, id, digest, name, scope, most = unpack(ARGV)

local before = token_row(id)
if before then
  return before[2] == digest and 'ok' or 'taken'
end
if redis.call('HLEN', tokens()) >= tonumber(most) then
  return 'full'
end
redis.call('HSET', tokens(), id, cjson.encode({ id, digest, name, scope, now }))
return 'ok'
