"""One SIP call to a line, and the sound that goes with it."""

import asyncio
import copy
import time

from . import dialog, digest, sdp, sip, tones
from .heard import RUN_S, Heard
from .rtp import Stream
from .transaction import InviteAnswered, Transaction
from .waiting import eventually
from .wire import open_wire

SERVED = ("BYE", "OPTIONS", "INFO", "UPDATE")
STRAY = "dropped"
STRAY_SHOWN = 40


class WrongAnswer(AssertionError):
    """The line answered a request in the dialog with something else than 200."""


class NotEnded(AssertionError):
    """The line did not hang up in time."""


class Call:
    """Options: `ack` False sends neither ACK nor audio; `offer` replaces the SDP of the
    INVITE ("" sends none: the ACK has the answer, or what `reply` is); `video_port` offers a
    video stream as well; `call_id` and `tag` are another's."""

    def __init__(self, phone, did, *, ack=True, offer=None, reply=None, video_port=None, call_id=None, tag=None):
        self.phone = phone
        self.hz = phone.hz
        self.heard = Heard(phone.number)
        self.stream = Stream(phone.hz, self.heard)
        self.trace = []  # (time, direction, first line) of each SIP message
        self.response = None  # the final one to the INVITE
        self.answer = None  # the line's SDP
        self.acked_at = None
        self.bye = None  # the BYE that the line sent
        self.refusals = []  # (status, reason) of what the line's next re-INVITEs get
        self.deaf = False  # after vanish()
        self.ended = asyncio.Event()
        self.ended_at = None
        self._did = did
        self._sends_ack = ack
        self._offer = offer
        self._reply = reply
        self._video_port = video_port
        self._call_id, self._tag = call_id, tag
        self._offers = 0
        self._codec = None  # of ours, where the line has offered several
        self._direction = "sendrecv"
        self._invited = {}  # by CSeq number: what the line's re-INVITEs were answered
        self._wire = None
        self._dialog = None
        self._invite = None
        self._transactions = {}  # by branch and method
        self._acks = {}  # by CSeq number: sent again for each repeated 2xx

    # ---- the call

    async def invite(self):
        phone = self.phone
        self.stream.open(phone.audio_ip, phone.netns)
        await self._open_wire()
        self._dialog = dialog.Dialog(
            phone, self._did, self._wire.local, phone.transport
        )
        self._dialog.call_id = self._call_id or self._dialog.call_id
        self._dialog.local_tag = self._tag or self._dialog.local_tag
        offer = self._description() if self._offer is None else self._offer
        self._invite = self._begin(
            self._dialog.request("INVITE", body=offer, headers=phone.headers)
        )

    async def trying(self, within):
        """Whether something has come in answer to the INVITE within so many seconds."""
        try:
            await asyncio.wait_for(self._invite.provisional.wait(), within)
        except TimeoutError:
            return False
        return True

    def stop_calling(self):
        """The INVITE is not sent again; what it has brought about is answered all the same."""
        self._invite.stop()

    async def answered(self, **limits):
        """The final response; a 2xx has made a dialog and was acknowledged."""
        invite = self._invite.request
        self.response = response = await self._invite.final(**limits)
        if response.status == 401 and self.phone.account and not invite.get("Authorization"):
            self._send(dialog.ack_of_refusal(invite, response))
            self._sign(invite, response.get("WWW-Authenticate"))
            return await self.answered(**limits)
        if response.status >= 300:
            self._send(dialog.ack_of_refusal(invite, response))
            self._end()
            return response
        self._dialog.establish(response, self.phone.keeps_leg)
        self.answer = sdp.parse(response.body)
        if self._sends_ack:
            self.acknowledge()
        return response

    def acknowledge(self):
        """Sends the ACK of the 200, and audio from now on."""
        reply = self._answer_to(self._reply) if self._offer == "" else ""
        self._talk()
        self._acknowledge(self.sent_invite, reply)
        self.acked_at = time.monotonic()

    @property
    def sent_invite(self):
        """The INVITE that began the call, as it was sent."""
        return self._invite.request

    @property
    def up(self):
        """Whether there is a dialog that nobody has ended."""
        return bool(self._dialog and self._dialog.remote_tag) and not self.ended.is_set()

    @property
    def leg(self):
        """The id that the line makes for this call, answered or not."""
        return self._dialog and self._dialog.leg

    @property
    def call_id(self):
        return self._dialog.call_id

    @property
    def local(self):
        """The (ip, port) of its SIP."""
        return self._wire.local

    @property
    def named_leg(self):
        """The id that the line's Contact names, once the call was answered."""
        return self.response and sip.param(self.response.get("Contact", ""), "leg")

    @property
    def tag(self):
        """Ours."""
        return self._dialog.local_tag

    @property
    def line_uri(self):
        """The line's Contact, without its parameters."""
        return self._dialog.target.split(";")[0]

    async def cancel(self):
        """Cancels the INVITE; returns its final response (487 as a rule)."""
        await self._invite.provisional.wait()
        await self._begin(dialog.cancel(self._invite.request)).final()
        return await self.answered()

    async def hang_up(self, **limits):
        """Sends BYE; returns the moment at which it was sent."""
        sent_at = time.monotonic()
        bye = self._begin(self._dialog.request("BYE"))
        self._must_be_200(await bye.final(**limits))
        self._end()
        return sent_at

    def give_up(self):
        """Sends a BYE once and does not wait for its answer."""
        self._begin(self._dialog.request("BYE")).stop()
        self._end()

    async def reinvite(self, direction="sendrecv", method="INVITE", **parts):
        """Offers that direction, by UPDATE if so; returns the line's answer."""
        self._direction = direction
        request = self._dialog.request(method, body=self._description(direction), **parts)
        response = self._must_be_200(await self._begin(request).final())
        if method == "INVITE":
            self._acknowledge(request)
        self._take(response.body)
        return self.answer

    async def ask_for_offer(self, direction="sendrecv", reply=None):
        """A re-INVITE without a description: the line offers, the ACK answers with that direction
        (or with `reply`). Returns the line's offer."""
        self._direction = direction
        invite = self._dialog.request("INVITE")
        response = self._must_be_200(await self._begin(invite).final())
        self._note_session(response.body)
        answer = self._answer_to(reply)
        self._sound()
        self._acknowledge(invite, answer)
        return self.answer

    async def rewire(self):
        """Another port, or connection, for the SIP from now on; nobody is told."""
        self._wire.close()
        await self._open_wire()
        self._dialog.move(self.phone, self._wire.local, self.phone.transport)

    async def cancel_reinvite(self, after, body="", contact=None):
        """A re-INVITE that is cancelled after so many seconds; its CSeq, and its final status: 200 if that was too late."""
        self._dialog.contact = contact or self._dialog.contact
        invite = self._dialog.request("INVITE", body=body)
        sent = self._begin(invite)
        await asyncio.sleep(after)
        cancelled = self._begin(dialog.cancel(invite))
        response = await sent.final()
        await cancelled.final()
        if response.status == 200:
            self._note_session(response.body)
            self._acknowledge(invite, "" if body else self._answer_to(None))
        else:
            self._send(dialog.ack_of_refusal(invite, response))
        return invite.cseq[0], response.status

    def move(self, codecs=None):
        """Another port for the audio from now on, or other codecs; nobody is told."""
        self.stream.move(self.phone.audio_ip)
        self.phone.codecs = codecs or self.phone.codecs

    async def press(self, keys):
        """Keys of the phone, by RFC 4733; returns the moment at which the last was sent."""
        assert sdp.TELEPHONE_EVENT in self.answer.audio.formats, self.answer
        await self.stream.press(keys)
        return time.monotonic()

    async def reinvited(self, times=1, within=2.0):
        """Waits until so many re-INVITEs of the line were answered with 200 and acknowledged."""

        async def taken():
            return sum(a.acked and a.response.status == 200 for a in self._invited.values())

        await eventually(taken, lambda n: n >= times, f"{self.phone.number} is told anew", within)

    @property
    def invited(self):
        """What the line's re-INVITEs were answered, in order."""
        return [answered.response.status for answered in self._invited.values()]

    async def request(self, method, **parts):
        """Any other request in the dialog; returns the final response."""
        return await self._begin(self._dialog.request(method, **parts)).final()

    def forge(self, method, **changes):
        """A request in this dialog in which something is not as it should be: attributes of Dialog."""
        forged = copy.copy(self._dialog)
        vars(forged).update(changes)
        if method == "ACK":
            return forged.ack(self.sent_invite)
        body = self._description() if method in ("INVITE", "UPDATE") else ""
        return forged.request(method, body=body)

    def skip(self, numbers):
        """The next requests have CSeq numbers that are so much higher."""
        self._dialog.cseq += numbers

    async def hung_up(self, within=2.0):
        """Waits for the line's BYE; returns it."""
        try:
            await asyncio.wait_for(self.ended.wait(), within)
        except TimeoutError:
            text = f"{self.phone.number}: no BYE came within {within:g} s"
            raise NotEnded(text) from None
        return self.bye

    def vanish(self):
        """Loses the network: nothing is sent or answered any more."""
        self.deaf = True
        self._end()

    def close(self):
        """Gives the sockets back."""
        self._end()
        if self._wire:
            self._wire.close()
        for transaction in (*self._transactions.values(), *self._invited.values()):
            transaction.stop()

    # ---- what is heard; `since` is a moment of now(), by default this one

    @staticmethod
    def now():
        return time.monotonic()

    async def hears(self, hz, within=1.0, since=None, lasting=RUN_S):
        """Waits until only that tone is heard, for `lasting` seconds on end."""
        sound = frozenset({hz})
        since = since or time.monotonic()
        return await self.heard.wait(
            lambda s: s == sound, tones.name(sound), since, within, lasting
        )

    async def hears_music(self, within=1.0, since=None, lasting=RUN_S):
        return await self.hears(tones.MUSIC, within, since, lasting)

    async def hears_any_music(self, within=1.0, since=None, lasting=0.3):
        """Music of any kind: neither silence nor one of the test tones."""
        since = since or time.monotonic()
        return await self.heard.wait(
            lambda s: tones.OTHER in s, "music", since, within, lasting
        )

    async def hears_nothing(self, within=1.0, since=None, lasting=0.3):
        since = since or time.monotonic()
        return await self.heard.wait_nothing(since, within, lasting)

    def never_heard(self, *unwanted, since, until=None):
        """Raises if one packet held one of these tones, however faint."""
        what = " or ".join(f"{hz} Hz" for hz in unwanted)
        self.heard.never(lambda s: s & set(unwanted), what, since, until)

    def report(self, zero):
        """The SIP messages and the sounds of this call, for a case that failed."""
        lines = [f"  call of {self.phone.number} ({self.hz} Hz), leg {self.leg}"]
        lines += [f"    {when - zero:+8.3f} s  {direction} {line}"
                  for when, direction, line in self.trace]
        return "\n".join([*lines, self.heard.timeline(zero)])

    # ---- below: how it is done

    async def _open_wire(self):
        phone = self.phone
        self._wire = await open_wire(
            phone.transport, phone.ip, phone.server, self._on_message, tls=phone.tls, netns=phone.netns
        )

    def _description(self, direction="sendrecv", codecs=None):
        self._offers += 1
        return sdp.build(
            self.phone.told_ip, self.stream.port, codecs or self.phone.codecs, direction=direction,
            version=self._offers, video_port=self._video_port,
        )

    def _answer_to(self, reply):
        """To an offer of the line: the first codec of ours that it has."""
        if reply is not None:
            return reply
        served = {sdp.CODEC_NAMES.get(number) for number in self.answer.audio.formats}
        self._codec = next(codec for codec in self.phone.codecs if codec in served)
        return self._description(self._direction, (self._codec,))

    def _talk(self):
        if self.answer.audio.port:
            self.stream.send_to(self.answer.address, self._codec or self.answer.codec)

    def _take(self, text):
        """What the line says of its media, in an answer or in an offer that it makes by itself."""
        self._note_session(text)
        self._codec = None
        self._sound()

    def _note_session(self, text):
        """It is the same session throughout; what has changed has a greater version (RFC 3264 8)."""
        said, before = sdp.parse(text), self.answer
        assert said.session[0] == before.session[0], (before, said)
        if said.shown != before.shown:
            assert said.session[1] > before.session[1], (before, said)
        self.answer = said

    def _sound(self):
        if self._direction == "sendrecv":
            self._talk()
        else:
            self.stream.mute()

    def _must_be_200(self, response):
        if response.status != 200:
            method = response.cseq[1]
            raise WrongAnswer(f"{self.phone.number}: {method} got {response.start}")
        return response

    def _begin(self, request):
        self._note("->", request)
        transaction = Transaction(self._wire, request)
        self._transactions[request.branch, request.method] = transaction
        return transaction

    def _acknowledge(self, invite, body=""):
        ack = self._acks[invite.cseq[0]] = self._dialog.ack(invite, body)
        self._send(ack)

    def _sign(self, invite, challenge):
        value = digest.authorization(challenge, "INVITE", invite.uri, *self.phone.account)
        headers = (*self.phone.headers, ("Authorization", value))
        self._invite = self._begin(self._dialog.request("INVITE", body=invite.body, headers=headers))

    def _send(self, message):
        self._note("->", message)
        self._wire.send(message.encode())

    def _note(self, direction, message):
        line = message.start
        if not message.is_request:
            line += f" ({message.cseq[1]})"
        self.trace.append((time.monotonic(), direction, line))

    def _on_message(self, message, reply):
        if self.deaf:
            return
        if not message.is_sip:
            self.trace.append((time.monotonic(), "<-", f"{STRAY} {message.start[:STRAY_SHOWN]!r}"))
            return
        self._note("<-", message)
        if message.is_request:
            self._on_request(message, reply)
        else:
            self._on_response(message)

    def _on_response(self, response):
        number, method = response.cseq
        transaction = self._transactions.get((response.branch, method))
        if not transaction:
            return
        transaction.on_response(response)
        if method == "INVITE" and 200 <= response.status < 300 and number in self._acks:
            self._send(self._acks[number])

    def _on_request(self, request, reply):
        if request.method == "ACK":
            if request.cseq[0] in self._invited:
                self._invited[request.cseq[0]].acknowledge()
            return
        again = self.bye and request.method == "BYE"
        over = self.ended.is_set() and not again
        if request.method == "INVITE" and not over:
            self._on_reinvite(request, reply)
            return
        if over:
            status, reason = 481, "Call/Transaction Does Not Exist"
        elif request.method in SERVED:
            status, reason = 200, "OK"
        else:
            status, reason = 405, "Method Not Allowed"
        answer = sip.response(request, status, reason)
        answer.add("Allow", dialog.ALLOW)
        self._note("->", answer)
        reply(answer.encode())
        if request.method == "BYE":
            self.bye = request
            self._end()

    def _on_reinvite(self, request, reply):
        """The line's media are somewhere else now."""
        number = request.cseq[0]
        if number in self._invited:
            self._invited[number].send()
            return
        status, reason = self.refusals.pop(0) if self.refusals else (200, "OK")
        answer = sip.response(request, status, reason)
        answer.add("Allow", dialog.ALLOW)
        if status == 200:
            self._dialog.refresh(request, self.phone.keeps_leg)
            self._take(request.body)
            answer.add("Contact", f"<{self._dialog.contact}>")
            answer.add("Content-Type", "application/sdp")
            answer.body = self._description(self._direction, (self.answer.codec,))
        self._note("->", answer)
        self._invited[number] = InviteAnswered(reply, answer)

    def _end(self):
        if not self.ended.is_set():
            self.ended_at = time.monotonic()
        self.ended.set()
        self.stream.close()
