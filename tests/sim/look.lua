-- What the simulator sees after each step: which rules do not hold in Redis, and the legs there are. Times to live run by the
-- clock of the history: a key that has one is kept as long as that clock says, and deleted here.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)
-- Returns  { { complaint... }, one text: for each leg a line with its id and the first SHOWN of FIELDS, between tabs }

local MANAGED_MS = 1000000000
local tag, now = KEYS[1], tonumber(ARGV[1])
local complaints = {}

local function complain(...)
  complaints[#complaints + 1] = string.format(...)
end

local function as_table(flat)
  local t = {}
  for i = 1, #flat, 2 do
    t[flat[i]] = flat[i + 1]
  end
  return t
end

local ends = as_table(redis.call('HGETALL', 'sim:ends'))

-- Whether a key is there by our clock, and stays for ever.
local function is_there(name)
  local left = redis.call('PTTL', name)
  if left == -1 and ends[name] then
    redis.call('HDEL', 'sim:ends', name)
  elseif left > MANAGED_MS / 2 and tonumber(ends[name]) <= now then
    redis.call('DEL', name)
    return false, false
  elseif left >= 0 and left <= MANAGED_MS / 2 then
    redis.call('HSET', 'sim:ends', name, now + math.ceil(left / 1000) * 1000)
    redis.call('PEXPIRE', name, MANAGED_MS)
  end
  return true, left == -1
end

local FIELDS = { 'line', 'state', 'place', 'role', 'want', 'applied', 'bye', 'offer', 'arrival', 'trial', 'doubt' }
local SHOWN = 8 -- of them
local agenda = as_table(redis.call('ZRANGE', tag .. ':agenda', 0, -1, 'WITHSCORES'))

local function read_leg(name, stays)
  local leg = { stays = stays }
  local values = redis.call('HMGET', name, unpack(FIELDS))
  for i, field in ipairs(FIELDS) do
    leg[field] = values[i] or nil
  end
  return leg
end

local legs, ids, lines = {}, {}, {}
for _, name in ipairs(redis.call('KEYS', tag .. ':*')) do
  local kind = string.match(name, '^([a-z_]+)', #tag + 2)
  if kind == 'leg' or kind == 'answer' or kind == 'lease' then -- nothing else has an end
    local there, stays = is_there(name)
    if there and kind == 'leg' then
      local id = string.sub(name, #tag + 6)
      legs[id] = read_leg(name, stays)
      ids[#ids + 1] = id
    end
  end
end
table.sort(ids)

local function state_of(line, place)
  local id = redis.call('HGET', tag .. ':state:' .. line, place)
  if id and not legs[id] then
    complain('4. %s is in %s of %s, but there is no such leg', id, place, line)
  end
  return id and legs[id] and id
end

local function look_at(line)
  local here = { name = line, host = state_of(line, 'host'), host_next = state_of(line, 'host_next'), seat = state_of(line, 'seat'),
    queue = redis.call('ZRANGE', tag .. ':queue:' .. line, 0, -1) }
  here.places = {}
  for _, place in ipairs({ 'host', 'host_next', 'seat' }) do
    if here[place] then
      here.places[here[place]] = place
    end
  end
  for _, id in ipairs(here.queue) do
    if here.places[id] then
      complain('4. %s waits, and is in %s of %s', id, here.places[id], line)
    end
    here.places[id] = 'queue'
  end
  lines[line] = here
  return here
end

-- 1. At most one host leg and one member in the seat.
local function one_of_each(line)
  local hosts = 0
  for _, leg in pairs(legs) do
    if leg.line == line.name and leg.state == 'confirmed' and leg.role == 'host' then
      hosts = hosts + 1
    end
  end
  if hosts > 1 then
    complain('1. %s has %d hosts', line.name, hosts)
  end
end

-- 2. Nobody waits while the seat is free. 3. Members are admitted in order of arrival.
local function in_order(line)
  if #line.queue > 0 and not line.seat then
    complain('2. %s waits on %s while the seat is free', line.queue[1], line.name)
  end
  local last = line.seat and tonumber(legs[line.seat].arrival) or 0
  for _, id in ipairs(line.queue) do
    local arrival = legs[id] and tonumber(legs[id].arrival) or 0
    if arrival < last then
      complain('3. %s of %s came before those who are ahead', id, line.name)
    end
    last = arrival
  end
end

-- 4. Every leg is in exactly one place.
local function one_place(id, leg)
  local place = leg.line and lines[leg.line] and lines[leg.line].places[id] or ''
  if place ~= (leg.place or '') then
    complain('4. %s is in "%s", and in "%s" by its hash', id, place, leg.place or '')
  elseif (leg.state == 'ended') ~= (place == '') then
    complain('4. %s is %s, and in "%s"', id, leg.state, place)
  end
end

-- 5. One "is now on" for each seated member, one "has left" for each that had one, in that order.
local function messages(line)
  local said = {}
  for _, id in ipairs(redis.call('ZRANGE', tag .. ':sms_log:' .. line.name, 0, -1)) do
    local leg, kind = string.match(id, '(%x+)%-(%a+)%-%d+$')
    if kind == 'left' and not said[leg] or kind == 'on' and said[leg] == 'left' then
      complain('5. %s of %s, after "%s"', kind, leg, said[leg] or 'nothing')
    end
    said[leg] = kind
  end
  for leg, kind in pairs(said) do
    if (kind == 'on') ~= (leg == line.seat) then
      complain('5. the last that was said of %s is "%s"', leg, kind)
    end
  end
  local seat = line.seat and legs[line.seat]
  if seat and seat.state == 'confirmed' and seat.trial ~= '1' and not said[line.seat] then
    complain('5. %s is in the seat, and nobody was told', line.seat)
  end
  local unsent = redis.call('LRANGE', tag .. ':sms_queue:' .. line.name, 0, -1)
  if #unsent > 0 and not redis.call('ZSCORE', tag .. ':sms_due', line.name) then
    complain('5. messages of %s wait for nobody', line.name)
  end
  for _, id in ipairs(unsent) do
    local leg, kind = string.match(id, '(%x+)%-(%a+)%-%d+$')
    if kind == 'on' and leg ~= line.seat and redis.call('HGET', tag .. ':sms:' .. id, 'status') == 'queued' then
      complain('5. %s is to go out, and its member has left', id)
    end
  end
end

-- 6. Host and seated member are connected exactly when both are confirmed; whoever is alone has music.
local function wishes(line)
  local host, member = line.host and legs[line.host], line.seat and legs[line.seat]
  local wanted = {}
  if host and member and host.state == 'confirmed' and member.state == 'confirmed' and member.trial ~= '1' then
    wanted[line.host], wanted[line.seat] = 'talk:' .. line.seat, 'talk:' .. line.host
  end
  for id in pairs(line.places) do
    local leg = legs[id]
    local want = wanted[id] or leg.state == 'confirmed' and 'music' or ''
    if leg.want ~= want then
      complain('6. %s is to hear "%s", should "%s"', id, leg.want, want)
    end
  end
end

-- What is to be done stands on the agenda; an ended leg for which nothing is to be done goes by itself.
local function planned(id, leg)
  local todo = leg.state == 'reserved' or leg.want ~= leg.applied or leg.bye == 'due' or leg.trial == '1' or (leg.doubt or '') ~= ''
    or (leg.offer or '') ~= ''
  if todo and not agenda[id] then
    complain('there is something to do for %s, but it is not on the agenda', id)
  elseif (todo or leg.state ~= 'ended') ~= leg.stays then
    complain('7. %s, %s, %s', id, leg.state, leg.stays and 'stays for ever' or 'goes by itself')
  end
end

for _, line in ipairs(redis.call('SMEMBERS', tag .. ':lines')) do
  local here = look_at(line)
  one_of_each(here)
  in_order(here)
  messages(here)
  wishes(here)
end

local shown = {}
for _, id in ipairs(ids) do
  local leg = legs[id]
  one_place(id, leg)
  planned(id, leg)
  shown[#shown + 1] = id
  for i = 1, SHOWN do
    shown[#shown + 1] = '\t' .. (leg[FIELDS[i]] or '')
  end
  shown[#shown + 1] = '\n'
end
return { complaints, table.concat(shown) }
