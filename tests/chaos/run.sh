#!/bin/sh
# Kills the parts of the stack that tests/stack.sh has brought up:
#   tests/chaos/run.sh [-l] [NAME...]      -l lists the cases; NAME may be a part of one
#   SEED=n ROUNDS=n                        README.md here
cd "$(dirname "$0")/../.." || exit 1
PYTHONPATH=tests exec python3 -m chaos.run "$@"
