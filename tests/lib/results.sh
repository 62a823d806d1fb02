# shellcheck shell=sh
# Results of a suite, for its run.sh: `. tests/lib/results.sh`, then `ok NAME` or `not_ok NAME`.
# They go to the terminal and to the file $RESULTS, which tests/run.sh counts.
RESULTS=${RESULTS:-/dev/null}
suite=$(basename "$(dirname "$0")")

ok() {
	echo "ok $suite: $1" | tee -a "$RESULTS"
}

not_ok() {
	echo "not ok $suite: $1" | tee -a "$RESULTS"
}
