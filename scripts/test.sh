#!/bin/sh
# Runs the test suites named, or all, in the tools image: scripts/test.sh [SUITE...]
cd "$(dirname "$0")/.."
. scripts/lib.sh

scripts/engine.sh start
scripts/base-image.sh
scripts/tools.sh --build
case " ${*:-e2e} " in
*" e2e "* | *" torture "* | *" mutated "* | *" chaos "* | *" nat "*)
	tests/stack.sh build
	;;
esac
scripts/tools.sh tests/run.sh "$@"
