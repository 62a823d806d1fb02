"""G.711 in both laws, by table. Samples are floats, full scale is 1.0."""

import numpy as np


def _expand_ulaw(code):
    code = ~code & 0xFF
    exponent, mantissa = (code >> 4) & 7, code & 0x0F
    magnitude = (((mantissa << 3) + 0x84) << exponent) - 0x84
    return -magnitude if code & 0x80 else magnitude


def _expand_alaw(code):
    code ^= 0x55
    exponent, mantissa = (code >> 4) & 7, code & 0x0F
    magnitude = (mantissa << 4) + 8
    if exponent:
        magnitude = (magnitude + 0x100) << (exponent - 1)
    return magnitude if code & 0x80 else -magnitude


def _encoder(decode):
    """A table from 16-bit samples to the nearest code."""
    order = np.argsort(decode, kind="stable")
    values = decode[order]
    samples = np.arange(-32768, 32768)
    above = np.clip(np.searchsorted(values, samples), 1, len(values) - 1)
    lower_is_nearer = samples - values[above - 1] < values[above] - samples
    return order[above - lower_is_nearer].astype(np.uint8)


DECODE = {
    "PCMU": np.array([_expand_ulaw(c) for c in range(256)]),
    "PCMA": np.array([_expand_alaw(c) for c in range(256)]),
}
ENCODE = {name: _encoder(table) for name, table in DECODE.items()}


def decode(codec, payload):
    return DECODE[codec][np.frombuffer(payload, np.uint8)] / 32768.0


def encode(codec, samples):
    pcm = np.clip(np.rint(samples * 32768), -32768, 32767).astype(int)
    return ENCODE[codec][pcm + 32768].tobytes()
