#!/bin/sh
# Fuzzes what reads foreign bytes, as many targets at a time as there are processors: tests/fuzz/run.sh [-t SECONDS] [TARGET...]
# SECONDS is for each target, 60 by default; TARGET is the name of a file fuzz_<target>.c. SEED: where it begins, 1 by default; 0 is
# another one each time.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/results.sh

seconds=60
export SEED="${SEED:-1}"
if [ "${1:-}" = -t ]; then
	seconds=$2
	shift 2
fi
targets() {
	for source in tests/fuzz/fuzz_*.c; do
		basename "${source#*/fuzz_}" .c
	done
}

make --silent -C service --jobs "$(nproc)" fuzz || exit 1

# If this is not found, nothing would be.
log=build/logs/fuzz-planted.log
mkdir -p build/logs
if service/build/fuzz/planted -max_total_time=30 -artifact_prefix=build/logs/fuzz-planted- >"$log" 2>&1; then
	not_ok "a planted bug is found"
elif grep -q 'heap-buffer-overflow' "$log"; then
	ok "a planted bug is found"
else
	cat "$log"
	not_ok "a planted bug is found"
fi

if [ $# -gt 0 ]; then
	printf '%s\n' "$@"
else
	targets
fi | xargs -P "$(nproc)" -n 1 tests/fuzz/one.sh "$seconds"
