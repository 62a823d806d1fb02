"""Sends the messages of RFC 4475: run.py [-l] [NAME...]; NAME may be a part of one."""

import sys

from e2e.run import main

from . import cases

if __name__ == "__main__":
    sys.exit(main("torture", cases, sys.argv[1:]))
