"""A phone: a number, a tone, and the calls it makes."""

from dataclasses import dataclass, field

from .call import Call


class Refused(AssertionError):
    """A call that should have been answered was not."""


@dataclass
class Phone:
    number: str
    hz: int
    server: tuple  # (ip, port) of the line's Kamailio
    transport: str = "udp"
    tls: object = None  # with transport tls: an ssl.SSLContext
    ip: str = "127.0.0.1"
    audio_ip: str = ""  # where its audio is; default: as its SIP
    netns: str = ""  # the network namespace that it is in, by the name that `ip netns` knows; default: ours
    told_ip: str = ""  # where it says in its SDP that its audio is; default: where it is
    codecs: tuple = ("PCMU",)
    headers: tuple = ()  # (name, value) pairs added to the INVITE
    from_uri: str = ""  # default: the number at our address
    account: tuple = ()  # (user, password): answers a challenge
    keeps_leg: bool = True  # False: drops the ;leg of the line's Contact
    calls: list = field(default_factory=list)  # every call made, for reports

    def __post_init__(self):
        self.audio_ip = self.audio_ip or self.ip
        self.told_ip = self.told_ip or self.audio_ip

    async def dial(self, did, **options):
        """A call that was answered and acknowledged."""
        call = await self.start(did, **options)
        response = await call.answered()
        if response.status >= 300:
            raise Refused(f"{self.number} dialled {did}: {response.start}")
        return call

    async def dial_refused(self, did, **options):
        """The final response to a call that must not be answered."""
        call = await self.start(did, **options)
        response = await call.answered()
        if response.status < 300:
            raise AssertionError(f"{self.number} dialled {did} and was answered")
        return response

    async def start(self, did, **options):
        """A call whose INVITE was sent; see Call for the options."""
        call = Call(self, did, **options)
        self.calls.append(call)
        await call.invite()
        return call
