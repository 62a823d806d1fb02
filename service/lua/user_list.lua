-- KEYS[1]  tag of the users
-- Returns  a row as of user_get for each user, by name
-- Flags    no-writes

--- @include "user"

local rows = {}
for _, row in ipairs(redis.call('HVALS', users())) do
  rows[#rows + 1] = cjson.decode(row)
end
table.sort(rows, function(a, b) return a[1] < b[1] end)
return rows
