-- KEYS[1]  tag of the audit
-- ARGV     1 how many at the most
-- Returns  { { id, { field, value, ... } }, ... }, newest first
-- Flags    no-writes

return redis.call('XREVRANGE', KEYS[1] .. ':log', '+', '-', 'COUNT', ARGV[1])
