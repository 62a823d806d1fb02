#!/bin/sh
# Measures a stack of its own, which is taken down at the end: scripts/bench.sh [ARG for tests/load/run.sh...]
cd "$(dirname "$0")/.."
. scripts/lib.sh

scripts/engine.sh start
scripts/base-image.sh
scripts/tools.sh --build
tests/stack.sh build
trap 'tests/stack.sh down' EXIT
trap 'exit 1' INT TERM
tests/stack.sh up
ENV_FILE=build/test.env scripts/tools.sh tests/load/run.sh "$@"
