#!/bin/sh
# Plays histories in the tools image: tests/sim/run.sh
#   SEED=n            tells that one; with HISTORIES=, so many from there on
#   STEPS=, MUTANT=   README.md here
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/results.sh
make --silent -C service --jobs "$(nproc)" sim || exit 1

service/build/sim/sim | while IFS= read -r line; do
	case $line in
	"ok "*) ok "${line#ok }" ;;
	"not ok "*) not_ok "${line#not ok }" ;;
	*) printf '%s\n' "$line" ;;
	esac
done
