-- A user is made or replaced.
--
-- KEYS[1]  tag of the users
-- ARGV     1 now (ms)  2 name  3 HA1  4 its realm  5 number  6 how many there may be
-- Returns  'made' | 'changed' | 'full' (there are so many)

--- @include "user"

local now, name, ha1, realm, number, most = unpack(ARGV)

local before = user_row(name)
if not before and redis.call('HLEN', users()) >= tonumber(most) then
  return 'full'
end
redis.call('HSET', users(), name, cjson.encode({ name, ha1, realm, number, now }))
return before and 'changed' or 'made'
