"""The measuring itself: what the other cases rest on."""

import itertools
import socket

import numpy as np

from lib import g711, tones
from lib.call import STRAY
from lib.heard import Heard, NotHeard
from lib.waiting import eventually

from ..harness import case

CHAINS = (("PCMU",), ("PCMA",), ("PCMA", "PCMU"), ("PCMU", "PCMA", "PCMU"))
FAINT = tones.LEVEL * 10 ** (-30 / 20)
NEAR = 1e-9
STRAYS = (b"\x80\x00\0\1" + bytes(168), b"PING sip:x SIP/2.0\r\n\r\n", b"SIP/2.0 200 OK\r\nVia: x\r\n\r\n", b"x\r\n y\r\n\r\n")


@case()
async def every_tone_is_told_after_transcoding(_line):
    for hz, chain in itertools.product(tones.KNOWN, CHAINS):
        for level in (tones.LEVEL, tones.LEVEL / 4):
            heard = _after(tones.tone(hz, level=level), chain)
            assert heard == {hz}, (hz, chain, tones.name(heard))


@case()
async def faint_second_tone_is_noticed(_line):
    """30 dB below the first one, at any phase."""
    for loud, faint in itertools.permutations(tones.KNOWN, 2):
        for shift, chain in itertools.product(range(0, tones.WINDOW, 20), CHAINS):
            second = np.roll(tones.tone(faint, level=FAINT), shift)
            heard = _after(tones.tone(loud) + second, chain)
            assert {loud, faint} <= heard, (loud, faint, chain, tones.name(heard))


@case()
async def silence_and_noise_are_no_tone(_line):
    noise = np.random.default_rng(1).normal(0, 0.1, tones.WINDOW)
    assert _after(noise, ("PCMU",)) & {tones.OTHER}
    assert _after(np.zeros(tones.WINDOW), ("PCMU",)) == tones.SILENCE


@case()
async def gap_and_wrong_sound_are_found(_line):
    host = frozenset({tones.HOST})
    heard = Heard("a phone")
    times = [1.0 + i * tones.PERIOD_S for i in range(50)]
    for when in times[:20] + times[35:]:
        heard.add(host, when)
    assert abs(heard.seconds_of(host, 0.5, 3.0) - 35 * tones.PERIOD_S) < NEAR
    assert heard.find(lambda s: s == host, 1.0, lasting=0.4).packets == 20
    assert not heard.find(lambda s: s == host, 1.0, lasting=0.5)
    heard.never(lambda s: tones.MUSIC in s, "music", 0.5, 3.0)
    try:
        heard.never(lambda s: tones.HOST in s, "the host", 1.9, 3.0)
    except NotHeard as error:
        assert "700 Hz" in str(error), error
    else:
        raise AssertionError("a sound that must not be there was not found")


@case()
async def stray_datagrams_are_dropped_by_a_phone(line):
    """Its port was somebody else's a moment ago, who may still be sent audio."""
    call = await line.member(1).dial(line.did)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for stray in STRAYS:
            stranger.sendto(stray, call.local)

    async def noted():
        return [text for _, _, text in call.trace if text.startswith(STRAY)]

    await eventually(noted, lambda found: len(found) == len(STRAYS), "they are noted", 1.0)
    await call.hears_music()


def _after(samples, chain):
    for law in chain:
        samples = g711.decode(law, g711.encode(law, samples))
    return tones.classify(samples)
