-- KEYS[1]  tag of the tokens
-- ARGV     1 id
-- Returns  1 if there was such a token, else 0
-- Flags    allow-oom

--- @include "token"

return redis.call('HDEL', tokens(), ARGV[1])
