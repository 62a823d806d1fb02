-- KEYS[1]  tag of the tokens
-- Returns  a row as of token_get for each token, by the time it was made
-- Flags    no-writes

--- @include "token"

local rows = {}
for _, row in ipairs(redis.call('HVALS', tokens())) do
  rows[#rows + 1] = cjson.decode(row)
end
table.sort(rows, function(a, b) return a[5] == b[5] and a[1] < b[1] or a[5] < b[5] end)
return rows
