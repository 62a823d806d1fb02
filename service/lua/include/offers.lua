--- @include "legs"

-- Whether a caller knows where the media are. leg.offer is
--   ''      it knows
--   due     it is to be told by a re-INVITE of ours, at offer_after
--   sent    that is under way, with the CSeq offer_cseq; if nothing is heard of it until offer_after, it is sent again
--   again   likewise, and the media have moved since
local offers = {}

-- The media of a leg have moved.
function offers.owe(leg, now)
  if leg.offer == 'sent' then
    legs.set(leg, { offer = 'again' })
  elseif (leg.offer or '') == '' then
    legs.set(leg, { offer = 'due', offer_after = now })
  end
end

-- The caller is told by the answer to a re-INVITE of its own. What becomes of ours does not matter then.
function offers.told(leg)
  if (leg.offer or '') ~= '' then
    legs.set(leg, { offer = '', offer_cseq = '' })
  end
end

-- Whether a re-INVITE of ours is under way.
function offers.under_way(leg, now)
  return (leg.offer_cseq or '') ~= '' and tonumber(leg.offer_after) > tonumber(now)
end
