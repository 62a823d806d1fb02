-- One change made by the API.
--
-- KEYS[1]  tag of the audit
-- ARGV     1.. field, value pairs
-- Keeps    the last AUDIT_MAX.

local AUDIT_MAX = 10000

redis.call('XADD', KEYS[1] .. ':log', 'MAXLEN', AUDIT_MAX, '*', unpack(ARGV))
