"""Thousands of messages that are not quite SIP."""

import os
import secrets
import time
from collections import Counter
from pathlib import Path

from e2e.harness import Line, case, talk
from lib import tones
from lib.waiting import eventually

from .. import messages
from ..look import legs, nothing_has_died, starts
from ..mutator import Mutator
from ..sender import NotAlive, Sender

MESSAGES = int(os.environ.get("MESSAGES") or 3000)
SEED = int(os.environ.get("SEED") or secrets.randbelow(2**32))
BATCH = 25  # between two questions whether the line is alive
BATCHES_OF_A_CALL = 8
TCP_SHARE = 0.15
INSIDE_SHARE = 0.5
KEPT = Path("build/mutated")
BYSTANDER = 500  # number of a line that nobody sends anything to
# A place without ACK is given up after EXECLINE_ACK_TIMEOUT_S, and the BYE after that may take until it times out.
GONE_S = 60.0


@case(alone=True, limit_s=600, max_waiting=1000)
async def mutated_messages_do_no_harm(line):
    print(f"SEED={SEED} MESSAGES={MESSAGES}", flush=True)
    before, since = await starts(line.stack), time.time()
    bystander = Line(line.stack, "mutated", BYSTANDER, {})
    await bystander.configure()
    try:
        member = await bystander.member(1).dial(bystander.did)
        host = await bystander.host().dial(bystander.did)
        talking = await talk(host, member, since=host.acked_at)
        sender = Sender(line.stack.settings.sip)
        await sender.open()
        await send_all(line, sender)
        talking_legs = {host.leg, member.leg}
        await eventually(lambda: legs(line.stack), lambda found: found <= talking_legs,
                         f"only {talking_legs} are left", GONE_S)
        sender.close()
        assert host.up and member.up, "a call that nobody sent anything to was ended"
        for one, other in ((host, member), (member, host)):
            one.never_heard(tones.MUSIC, since=talking)
            await one.hears(other.hz, lasting=0.5)
        await normal_call(line)
        await bystander.clean()
        await nothing_has_died(line.stack, before, since)
    finally:
        await bystander.remove()


async def send_all(line, sender):
    mutator = Mutator(SEED)
    sent, kinds = 0, Counter()
    while sent < MESSAGES:
        call = await line.member(1 + sent // BATCH % 3).dial(line.did)
        for _ in range(BATCHES_OF_A_CALL):
            batch = [make(mutator, line, call, sender.local) for _ in range(BATCH)]
            await send_batch(sender, mutator, batch)
            sent += len(batch)
            kinds.update(data.split(b" ", 1)[0][:12] for data in batch)
        await end(call)
    print(f"    {sent} messages; answers: {dict(sorted(sender.answers.items()))}; "
          f"most often: {kinds.most_common(8)}", flush=True)
    assert sender.answers.get(200, 0) > sent // BATCH, "nothing but the questions was answered with 200"


def make(mutator, line, call, local):
    """A mutated request, in the dialog of a call that is up, or in none."""
    if mutator.chance.random() < INSIDE_SHARE:
        valid = messages.inside(mutator.chance.choice(messages.INSIDE), call._dialog, local)
    else:
        number = line.number(mutator.chance.randint(10, 90))
        server = line.stack.settings.sip
        valid = messages.outside(mutator.chance.choice(messages.OUTSIDE), number, line.did, server, local)
    return mutator.mutate(valid)


async def send_batch(sender, mutator, batch):
    """What the line does not survive is kept."""
    for data in batch:
        if mutator.chance.random() < TCP_SHARE:
            await sender.by_tcp(data)
        else:
            sender.by_udp(data)
    try:
        await sender.alive()
    except NotAlive as error:
        KEPT.mkdir(parents=True, exist_ok=True)
        for i, data in enumerate(batch):
            (KEPT / f"{SEED}-{i:02}").write_bytes(data)
        raise NotAlive(f"{error}; SEED={SEED}; the messages before it are {KEPT}/{SEED}-*") from None


async def end(call):
    """One of the mutated messages may have ended it: then it is not known any more."""
    if call.up:
        response = await call.request("BYE")
        assert response.status in (200, 481), response.start
    call.vanish()
    call.close()


async def normal_call(line):
    call = await line.member(9).dial(line.did)
    await call.hears_music(since=call.acked_at)
    await call.hang_up()
    await line.stack.gone(call.leg)
