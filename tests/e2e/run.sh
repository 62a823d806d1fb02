#!/bin/sh
# Runs the end-to-end cases on the stack that tests/stack.sh has brought up:
#   tests/e2e/run.sh [-l] [NAME...]      -l lists them; NAME may be a part of one
cd "$(dirname "$0")/../.." || exit 1
make --silent -C tests/load || exit 1 # for the storms
PYTHONPATH=tests exec python3 -m e2e.run "$@"
