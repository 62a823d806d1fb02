"""Sends mutated SIP: run.py [-l] [NAME...]; NAME may be a part of one."""

import sys

from e2e.run import main

from . import cases

if __name__ == "__main__":
    sys.exit(main("mutated", cases, sys.argv[1:]))
