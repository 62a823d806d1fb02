-- Every key name of a shard, and the only place where one is written.
-- KEYS[1] is the shard's tag, e.g. execline:{s3}; all keys of a line carry it, so that
-- one script touches one hash slot.
local key = {}

function key.lines() return KEYS[1] .. ':lines' end -- set of line ids
function key.line_floor() return KEYS[1] .. ':line_floor' end -- ms: what was claimed up to then makes no line any more
function key.agenda() return KEYS[1] .. ':agenda' end -- zset leg -> ms at which the calls consumer looks at it
function key.watch() return KEYS[1] .. ':watch' end -- zset confirmed leg -> ms of its last known sign of life
function key.ghosts() return KEYS[1] .. ':ghosts' end -- set of confirmed legs that gave none, and were asked by OPTIONS
function key.journal() return KEYS[1] .. ':journal' end -- stream of what happened
function key.sms_due() return KEYS[1] .. ':sms_due' end -- zset line -> ms at which its next message may go out
function key.lease() return KEYS[1] .. ':lease' end -- who consumes this shard
function key.lease_epoch() return KEYS[1] .. ':lease_epoch' end -- counts changes of the consumer
function key.media_run() return KEYS[1] .. ':media_run' end -- the run of rtpengine that made the media
function key.trunk_calls() return KEYS[1] .. ':trunk_calls' end -- hash: trunk -> its calls at the moment

function key.line(line) return KEYS[1] .. ':line:' .. line end -- hash: config
function key.state(line) return KEYS[1] .. ':state:' .. line end -- hash: who is where
function key.queue(line) return KEYS[1] .. ':queue:' .. line end -- zset leg -> arrival
function key.pins(line) return KEYS[1] .. ':pins:' .. line end -- zset leg that is asked for the PIN -> since when (ms)
function key.pin_wrong(line) return KEYS[1] .. ':pin_wrong:' .. line end -- hash caller -> "<wrong PINs> <since (ms)>"
function key.callers(line) return KEYS[1] .. ':callers:' .. line end -- hash: caller -> their calls at the moment
function key.leg(leg) return KEYS[1] .. ':leg:' .. leg end -- hash
function key.answer(leg, cseq) return KEYS[1] .. ':answer:' .. leg .. ':' .. cseq end -- list of one SDP
function key.sms(id) return KEYS[1] .. ':sms:' .. id end -- hash: one message
function key.sms_log(line) return KEYS[1] .. ':sms_log:' .. line end -- zset id -> order written
function key.sms_queue(line) return KEYS[1] .. ':sms_queue:' .. line end -- list: unsent ids in order
function key.sms_spent(line) return KEYS[1] .. ':sms_spent:' .. line end -- zset message -> when: of the last hour
function key.sms_told(line) return KEYS[1] .. ':sms_told:' .. line end -- zset recipient, caller -> last "is now on"
function key.calls(line) return KEYS[1] .. ':calls:' .. line end -- stream: ended calls
