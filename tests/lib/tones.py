"""Which tones are in 20 ms of sound.

Every test tone is a multiple of 50 Hz, so a packet of 160 samples holds whole
periods of each of them: no tone leaks into the bin of another, and one packet
is enough to tell what it carries. The phones' tones are even multiples, what the
line plays are odd ones, because G.711 distorts a tone into its odd multiples.
"""

import wave

import numpy as np

RATE = 8000
WINDOW = 160  # samples in a packet of 20 ms
PERIOD_S = WINDOW / RATE
BIN_HZ = RATE // WINDOW

MUSIC = 350  # tone-350.wav, the hold music of the test lines
ASK = 650  # the product's tone that asks for a PIN, rtpengine-cfg/make-music.sh
HOST = 700
MEMBERS = (1000, 1300, 1700, 1200, 1600, 2000)
SECOND_HOST = 2300
KNOWN = (MUSIC, ASK, HOST, *MEMBERS, SECOND_HOST)

LEVEL = 0.25  # amplitude of a tone we send
SILENCE_DB = -50.0  # below this a packet is silent
FAINT_DB = -33.0  # a tone this far below the loudest still counts as heard
OTHER_DB = -27.0  # what no known tone explains, against the whole

# A sound is the set of the tones heard; OTHER is speech, real music or noise.
OTHER = "other"
SILENCE = frozenset()


def tone(hz, seconds=PERIOD_S, level=LEVEL, rate=RATE):
    t = np.arange(round(seconds * rate)) / rate
    return level * np.sin(2 * np.pi * hz * t)


def window(rate):
    """Samples in 20 ms."""
    return rate // BIN_HZ


def bins(samples, rate=RATE):
    """The power in each 50 Hz of one packet; a sine of amplitude a gives a²/2."""
    count = window(rate)
    power = np.abs(np.fft.rfft(samples, count)) ** 2 * (2 / count**2)
    power[0] = 0.0  # an offset is not heard
    return power


def classify(samples, rate=RATE):
    power = bins(samples, rate)
    total, loudest = power.sum(), power.max()
    if total < 10 ** (SILENCE_DB / 10):
        return SILENCE
    faint = loudest * 10 ** (FAINT_DB / 10)
    heard = {hz for hz in KNOWN if power[hz // BIN_HZ] > faint}
    explained = sum(power[hz // BIN_HZ] for hz in heard)
    if total - explained > total * 10 ** (OTHER_DB / 10):
        heard.add(OTHER)
    return frozenset(heard)


def name(sound):
    """The sound in words, for timelines."""
    if sound == SILENCE:
        return "silence"
    words = [f"{hz} Hz" for hz in sorted(sound - {OTHER})]
    return " + ".join(words + sorted(sound & {OTHER}))


def write_wav(path, hz, seconds, rate=RATE):
    samples = tone(hz, seconds, rate=rate) * 32767
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())
