#!/bin/sh
# Runs test suites and adds up their results: tests/run.sh [SUITE...]
# Meant for the tools image: scripts/tools.sh tests/run.sh unit state
set -eu
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || set -- lint unit fuzz state service sim model e2e torture mutated chaos nat
limit_s=900
results=build/results
mkdir -p "$results"
rm -f "$results/summary"

# Runs tests/$1/run.sh; what it leaves in its results file is the verdict.
run_suite() {
	suite=$1 file=$results/$1.txt status=0
	: >"$file"
	echo "== $suite"
	started=$(date +%s)
	RESULTS=$PWD/$file timeout --kill-after=10 "$limit_s" "tests/$suite/run.sh" || status=$?
	if [ "$status" -ne 0 ] && ! grep -q '^not ok ' "$file"; then
		echo "not ok $suite: ended with exit status $status" | tee -a "$file"
	elif ! grep -q '^ok \|^not ok ' "$file"; then
		echo "not ok $suite: gave no result" | tee -a "$file"
	fi
	echo "== $suite: $(($(date +%s) - started)) s"
}

# Runs suites on the composed stack, which is brought up once for all of them.
run_on_stack() {
	if tests/stack.sh up; then
		(
			while IFS= read -r setting; do
				case $setting in
				[A-Z]*=*) export "${setting?}" ;;
				esac
			done <build/test.env
			for suite; do
				run_suite "$suite"
			done
		)
	else
		for suite; do
			echo "not ok $suite: the stack did not start" | tee "$results/$suite.txt"
		done
	fi
	tests/stack.sh down || echo "the stack could not be taken down"
}

on_stack=
for suite; do
	case $suite in
	e2e | torture | mutated | chaos) on_stack="$on_stack $suite" ;;
	*) run_suite "$suite" ;;
	esac
done
# shellcheck disable=SC2086 # names of suites
[ -z "$on_stack" ] || run_on_stack $on_stack

for suite; do
	cat "$results/$suite.txt"
done >"$results/all"
passed=$(grep -c '^ok ' "$results/all" || true)
failed=$(grep -c '^not ok ' "$results/all" || true)
echo
# Each failure with what was seen, since the rest of a long output may be cut.
awk '/^(not )?ok / { failed = /^not/ } failed' "$results/all"
echo "$passed passed, $failed failed" | tee "$results/summary"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
