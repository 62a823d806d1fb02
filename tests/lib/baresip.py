"""Drives baresip, a SIP client that nobody here wrote: it plays a tone and
records what it hears. Commands and events are JSON netstrings over TCP."""

import asyncio
import json
import re
import socket
import struct
import wave
from itertools import cycle, groupby

import numpy as np

from . import sip, tones
from .waiting import eventually

TONE_S = 60
SAMPLE_BYTES = 2
WAV_HEADER = struct.Struct("<22xHI16x")  # channels, rate
EVENT_WITHIN_S = 5.0
# Not of those that the kernel gives to who connects: until baresip listens, one of these connects to itself now and then.
CONTROL_PORTS = cycle(range(10000, 12000))
CODECS = {  # its modules for that, and what it samples at
    "PCMU": (("g711",), 8000),
    "G722": (("g722",), 16000),
    "opus": (("opus",), 48000),
    "opus behind L16": (("l16", "opus"), 48000),  # of which no payload type is fixed, so opus has another one
}
CONFIG = """\
module_path /usr/lib/baresip/modules
{codecs}
module srtp.so
module dtls_srtp.so
module ice.so
module aufile.so
module sndfile.so
module account.so
module menu.so
module ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
sip_listen {ip}:0
sip_cafile {cafile}
sip_verify_server yes
audio_source aufile,{folder}/tone.wav
audio_player aufile,{folder}/player.wav
audio_alert aufile,{folder}/alert.wav
ausrc_srate {rate}
auplay_srate {rate}
ausrc_channels 1
auplay_channels 1
opus_bitrate 64000
snd_path {folder}
"""


class BaresipError(AssertionError):
    """baresip did not do what it should; its log is in its folder."""


class Baresip:
    """`encryption`, `nat`: names of its modules for that, as an account has them (mediaenc, medianat).
    `login`: (user, password); it registers. `codec`: of CODECS; it knows no other that we serve."""

    def __init__(self, number, hz, server, folder, *, ip="127.0.0.1", transport="udp", cafile="", encryption="", nat="", login=(),
                 codec="PCMU"):
        self.number = number
        self._codecs, self._rate = CODECS[codec]
        self._ip = ip
        self._transport = transport
        self._cafile = cafile
        self._account = f"{encryption and f';mediaenc={encryption}'}{nat and f';medianat={nat}'}"
        self._login = login
        self.hz = hz
        self._server = server
        self._folder = folder
        self._process = None

    async def __aenter__(self):
        self._folder.mkdir(parents=True, exist_ok=True)
        for old in self._folder.iterdir():
            old.unlink()
        control = self._configure()
        self._process = await asyncio.create_subprocess_exec(
            "baresip", "-6" if ":" in self._ip else "-4", "-s", "-f", str(self._folder),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=(self._folder / "log").open("wb"), stderr=asyncio.subprocess.STDOUT,
        )
        self._reader, self._writer = await eventually(
            lambda: _connect(control), bool, "baresip listens", EVENT_WITHIN_S
        )
        return self

    async def __aexit__(self, *_):
        self._writer.close()
        self._process.terminate()
        await self._process.wait()

    async def dial(self, did):
        """Calls, and waits until the call is up."""
        host, port = sip.host(self._server[0]), self._server[1]
        await self._command("dial", f"sip:{did}@{host}:{port};transport={self._transport}")
        await self.event("CALL_ESTABLISHED")

    async def hang_up(self):
        await self._command("hangup")
        await self.event("CALL_CLOSED")

    async def event(self, kind):
        """Waits for an event of that kind; what comes before it is dropped."""
        try:
            async with asyncio.timeout(EVENT_WITHIN_S):
                while (await self._message()).get("type") != kind:
                    pass
        except (TimeoutError, asyncio.IncompleteReadError):
            raise BaresipError(f"no {kind}; see {self._folder}/log") from None

    async def hears_more(self, seconds):
        """Waits until it has recorded so much more of whatever it hears."""
        wanted = self._recorded_s() + seconds

        async def recorded():
            return self._recorded_s()

        what = f"{self.number} records {seconds:g} s more"
        await eventually(recorded, lambda found: found >= wanted, what, 2 * seconds + 1)

    def recorded(self):
        """What it heard, as (sound, seconds); for when the call is over."""
        with wave.open(str(self._recording())) as file:
            rate, channels = file.getframerate(), file.getnchannels()
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
        samples = samples.reshape(-1, channels).mean(axis=1)
        window = tones.window(rate)
        count = len(samples) // window
        windows = samples[: count * window].reshape(count, window)
        sounds = [tones.classify(samples, rate) for samples in windows]
        return [(s, len(list(g)) * tones.PERIOD_S) for s, g in groupby(sounds)]

    def payload_type(self):
        """The first one of the description that it has seen last."""
        trace = (self._folder / "log").read_text(errors="replace")
        return re.findall(r"^m=audio \d+ \S+ (\d+)", trace, re.M)[-1]

    def _recording(self):
        return next(self._folder.glob("dump-*-dec.wav"), None)

    def _recorded_s(self):
        """By its size: the header's is written at the end, and until then the module wave does not read it."""
        recording = self._recording()
        if not recording or recording.stat().st_size < WAV_HEADER.size:
            return 0
        channels, rate = WAV_HEADER.unpack(recording.read_bytes()[: WAV_HEADER.size])
        return (recording.stat().st_size - WAV_HEADER.size) / (channels * rate * SAMPLE_BYTES)

    def _configure(self):
        control = _free_port("127.0.0.1")
        config = CONFIG.format(
            ip=sip.host(self._ip), control=control, folder=self._folder, cafile=self._cafile, rate=self._rate,
            codecs="\n".join(f"module {name}.so" for name in self._codecs),
        )
        (self._folder / "config").write_text(config)
        account = f"<sip:{self.number}@{sip.host(self._ip)}>;regint=0{self._account}\n"
        if self._login:
            user, password = self._login
            host, port = self._server
            account = f"<sip:{user}@{host}:{port}>;auth_user={user};auth_pass={password};regint=300{self._account}\n"
        (self._folder / "accounts").write_text(account)
        tones.write_wav(self._folder / "tone.wav", self.hz, TONE_S, self._rate)
        return control

    async def _command(self, command, params=""):
        text = json.dumps({"command": command, "params": params})
        self._writer.write(f"{len(text)}:{text},".encode())
        await self._writer.drain()

    async def _message(self):
        size = int((await self._reader.readuntil(b":"))[:-1])
        return json.loads((await self._reader.readexactly(size + 1))[:-1])


async def _connect(port):
    try:
        return await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return None


def _free_port(ip):
    for port in CONTROL_PORTS:
        with socket.socket() as probe:
            try:
                probe.bind((ip, port))
                return port
            except OSError:
                pass
