#!/bin/sh
# Fuzzes for longer than the tests do: scripts/fuzz.sh SECONDS [TARGET...]
cd "$(dirname "$0")/.."
. scripts/lib.sh

scripts/engine.sh start
scripts/base-image.sh
scripts/tools.sh --build
SEED="${SEED:-0}" exec scripts/tools.sh tests/fuzz/run.sh -t "$@"
