#!/bin/sh
# Sends the messages of RFC 4475 to the stack that tests/stack.sh has brought up:
#   tests/torture/run.sh [-l] [NAME...]      -l lists them; NAME may be a part of one
cd "$(dirname "$0")/../.." || exit 1
PYTHONPATH=tests exec python3 -m torture.run "$@"
