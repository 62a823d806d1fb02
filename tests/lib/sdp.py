"""The little SDP that a phone with one audio stream needs."""

from dataclasses import dataclass, field

STATIC = {"PCMU": 0, "PCMA": 8, "G722": 9}
CODEC_NAMES = {number: name for name, number in STATIC.items()}
OPPOSITE = {"sendonly": "recvonly", "recvonly": "sendonly"}
TELEPHONE_EVENT = 101
VIDEO = "m=video {port} RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\n"


@dataclass
class Media:
    kind: str
    port: int
    formats: list
    ip: str = ""
    direction: str = "sendrecv"


@dataclass
class Description:
    ip: str = ""
    session: tuple = ()  # (id, version)
    direction: str = "sendrecv"
    media: list = field(default_factory=list)

    @property
    def audio(self):
        return next(m for m in self.media if m.kind == "audio")

    @property
    def address(self):
        return (self.audio.ip or self.ip, self.audio.port)

    @property
    def shown(self):
        """All that may not change without a new version."""
        return self.address, [(m.kind, m.port, m.formats, m.direction) for m in self.media]

    @property
    def codec(self):
        """The first codec of the audio stream that we know."""
        return next(CODEC_NAMES[f] for f in self.audio.formats if f in CODEC_NAMES)


def build(ip, port, codecs, *, direction="sendrecv", version=1, video_port=None):
    numbers = [STATIC[name] for name in codecs]
    formats = " ".join(str(n) for n in [*numbers, TELEPHONE_EVENT])
    rtpmaps = "".join(f"a=rtpmap:{STATIC[c]} {c}/8000\r\n" for c in codecs)
    place = f"IN IP{6 if ':' in ip else 4} {ip}"
    text = (
        f"v=0\r\no=- 1 {version} {place}\r\ns=-\r\nc={place}\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP {formats}\r\n{rtpmaps}"
        f"a=rtpmap:{TELEPHONE_EVENT} telephone-event/8000\r\n"
        f"a=fmtp:{TELEPHONE_EVENT} 0-15\r\na=ptime:20\r\na={direction}\r\n"
    )
    if video_port is not None:
        text += VIDEO.format(port=video_port)
    return text


def parse(text):
    described = Description()
    place = described
    for line in text.replace("\r\n", "\n").split("\n"):
        kind, _, value = line.partition("=")
        if kind == "m":
            name, port, _, *formats = value.split()
            place = Media(name, int(port), [int(f) for f in formats if f.isdigit()])
            place.direction = described.direction
            described.media.append(place)
        elif kind == "o":
            described.session = tuple(map(int, value.split()[1:3]))
        elif kind == "c":
            place.ip = value.split()[2]
        elif kind == "a" and value in ("sendrecv", "sendonly", "recvonly", "inactive"):
            place.direction = value
    return described
