-- A hash as Redis gives it, { field, value, ... }, as a table.
local function as_table(flat)
  local t = {}
  for i = 1, #flat, 2 do
    t[flat[i]] = flat[i + 1]
  end
  return t
end
