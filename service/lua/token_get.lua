-- KEYS[1]  tag of the tokens
-- ARGV     1 id
-- Returns  { id, SHA-256 of the token (hex), name, scope, made at (ms) }, {} if there is none
-- Flags    no-writes

--- @include "token"

return token_row(ARGV[1]) or {}
