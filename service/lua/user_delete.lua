-- KEYS[1]  tag of the users
-- ARGV     1 name
-- Returns  1 if there was such a user, else 0
-- Flags    allow-oom

--- @include "user"

return redis.call('HDEL', users(), ARGV[1])
