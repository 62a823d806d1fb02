#!/bin/sh
# Sends mutated SIP to the stack that tests/stack.sh has brought up:
#   tests/mutated/run.sh [-l] [NAME...]      -l lists the cases; NAME may be a part of one
#   SEED=n MESSAGES=n                        README.md here
cd "$(dirname "$0")/../.." || exit 1
PYTHONPATH=tests exec python3 -m mutated.run "$@"
