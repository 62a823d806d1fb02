"""A storm of calls (loadgen storm) and how long the stores take to agree again: prints "name value" lines for run.sh.
Called with the line, its DID, its host and options of loadgen: storm.py load-storm 1555… 1555… waiting=500 rate=50"""

import asyncio
import sys

from lib.accounts import Accounts
from lib.settings import Settings
from lib.stack import Stack
from lib.storm import Storm

AGREED_S = 60.0  # later is no measurement but a fault


async def measure(line, did, host, options):
    stack = Stack(Settings.load(".env"))
    accounts = Accounts(stack, line)
    async with Storm(stack.settings.sip, did, host, **options) as storm:
        await storm.until("full")
        storm.go_on()
        await storm.until("over")
        agreed = await accounts.agree(storm.there, storm.last_bye, AGREED_S)
        storm.go_on()
        status = await storm.end()
    await accounts.agree(set(), max(caller.ended for caller in storm.callers), AGREED_S)
    figures = {name: value for name, value in storm.figures.items() if name.startswith("storm_")}
    figures |= {f"storm_{name}_us": int(seconds * 1e6) for name, seconds in agreed.items()}
    print("\n".join(f"{name} {value}" for name, value in figures.items()))
    return status


if __name__ == "__main__":
    line, did, host, *options = sys.argv[1:]
    sys.exit(asyncio.run(measure(line, did, host, dict(option.split("=") for option in options))))
