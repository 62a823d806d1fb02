"""Runs the cases of the suite on the stack behind a NAT, within the container that plays its machine: run.py [-l] [NAME...]"""

import sys

from e2e.run import main

from . import cases

if __name__ == "__main__":
    sys.exit(main("nat", cases, sys.argv[1:]))
