#!/bin/sh
# One target: tests/fuzz/one.sh SECONDS TARGET. First its corpus, then inputs made of it; what it finds is kept in build/fuzz.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/results.sh

seconds=$1 target=$2
program=service/build/fuzz/fuzz_$target
corpus=tests/fuzz/corpus/$target
regression=tests/fuzz/regression/$target
found=build/fuzz/$target
log=build/logs/fuzz-$target.log
shown_bytes=1024
# A small quarantine: with the usual one, most of the time goes into touching fresh memory.
export ASAN_OPTIONS=quarantine_size_mb=4:allocator_may_return_null=1:external_symbolizer_path=/usr/bin/addr2line
export UBSAN_OPTIONS=print_stacktrace=1
mkdir -p "$found" build/logs

# What is wrong, with which input, and how to see it again.
tell() {
	grep -m 1 -A 12 'does not hold\|runtime error\|ERROR: ' "$log" || tail -n 20 "$log"
	input=$(sed -n 's/.*Test unit written to //p; s/^Running: //p' "$log" | tail -n 1)
	[ -f "$input" ] || return 0
	echo "  input $input, $(wc -c <"$input") bytes:"
	od -A d -t x1z -v -N "$shown_bytes" "$input"
	echo "  again: scripts/tools.sh $program $input"
}

# Those whose name begins with ok- must be taken by the product, the others need only do no harm: what once has done some is in
# regression/.
[ -d "$regression" ] || regression=
if FUZZ_TAKEN=1 "$program" "$corpus"/ok-* >"$log" 2>&1 &&
	find "$corpus" ${regression:+"$regression"} -type f -exec "$program" {} + >>"$log" 2>&1; then
	ok "$target: its corpus"
else
	tell
	not_ok "$target: its corpus"
fi

dictionary=
[ ! -f "tests/fuzz/$target.dict" ] || dictionary=-dict=tests/fuzz/$target.dict
if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=20000 -seed="$SEED" -print_final_stats=1 \
	-artifact_prefix="$found-" ${dictionary:+"$dictionary"} "$found" "$corpus" ${regression:+"$regression"} >"$log" 2>&1; then
	echo "$target: $(sed -n 's/^stat::number_of_executed_units: //p' "$log") inputs, $(sed -n 's/.* ft: \([0-9]*\) .*/\1/p' "$log" |
		tail -n 1) features, $(grep -m 1 '^INFO: Seed' "$log")"
	ok "$target: $seconds s"
else
	tell
	not_ok "$target: $seconds s"
fi
