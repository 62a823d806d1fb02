-- KEYS[1]  tag of the users
-- ARGV     1 name
-- Returns  { name, HA1, its realm, number, changed at (ms) }, {} if there is none
-- Flags    no-writes

--- @include "user"

return user_row(ARGV[1]) or {}
