-- Every key name of a shard, and the only place where one is written.
-- KEYS[1] is the shard's tag, e.g. execline:{s3}; all keys of a line carry it, so that
-- one script touches one hash slot.
local shard = KEYS[1]
local key = {
  lines = shard .. ':lines', -- set of line ids
  agenda = shard .. ':agenda', -- zset leg -> ms at which the calls consumer looks at it
  watch = shard .. ':watch', -- zset confirmed leg -> ms of its last known sign of life
  ghosts = shard .. ':ghosts', -- set of confirmed legs that gave none for a while, and were asked by OPTIONS
  journal = shard .. ':journal', -- stream of what happened
  sms_due = shard .. ':sms_due', -- zset line -> ms at which its next message may go out
  lease = shard .. ':lease', -- who consumes this shard
  lease_epoch = shard .. ':lease_epoch', -- counts changes of the consumer
  media_run = shard .. ':media_run', -- the run of rtpengine that made the media
  trunk_calls = shard .. ':trunk_calls', -- hash: trunk -> its calls at the moment
}

function key.line(line) return shard .. ':line:' .. line end -- hash: config
function key.state(line) return shard .. ':state:' .. line end -- hash: who is where
function key.queue(line) return shard .. ':queue:' .. line end -- zset leg -> arrival
function key.pins(line) return shard .. ':pins:' .. line end -- zset leg that is asked for the PIN -> since when (ms)
function key.pin_wrong(line) return shard .. ':pin_wrong:' .. line end -- hash caller -> "<wrong PINs> <since (ms)>"
function key.callers(line) return shard .. ':callers:' .. line end -- hash: caller -> their calls at the moment
function key.leg(leg) return shard .. ':leg:' .. leg end -- hash
function key.answer(leg, cseq) return shard .. ':answer:' .. leg .. ':' .. cseq end -- list of one SDP
function key.sms(id) return shard .. ':sms:' .. id end -- hash: one message
function key.sms_log(line) return shard .. ':sms_log:' .. line end -- zset id -> order written
function key.sms_queue(line) return shard .. ':sms_queue:' .. line end -- list: unsent ids in order
function key.sms_spent(line) return shard .. ':sms_spent:' .. line end -- zset message -> when: of the last hour
function key.sms_told(line) return shard .. ':sms_told:' .. line end -- zset recipient, caller -> last "is now on"
function key.calls(line) return shard .. ':calls:' .. line end -- stream: ended calls
