#!/bin/sh
# Runs the state tests in the tools image: tests/state/run.sh [-l] [NAME...]
#   -l lists them; NAME may be a part of one
#   SEED=, HISTORIES=, STEPS= of the random histories; README.md here
cd "$(dirname "$0")/../.." || exit 1
PYTHONPATH=tests exec python3 -m state.run "$@"
