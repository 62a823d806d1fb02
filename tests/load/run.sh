#!/bin/sh
# Measures the running stack whose settings are in the environment, and prints one table. `make bench` brings up a
# stack of its own for it; by hand, for the stack of an .env: ENV_FILE=.env scripts/tools.sh tests/load/run.sh
#   tests/load/run.sh [--short] [NAME=VALUE...]    any of the names below
# Exit status: 1 when a call failed at the constant rate, while waiting or in an advance, or when somebody was let in
# out of turn; never because something was slow.
cd "$(dirname "$0")/../.."
set -eu
. tests/load/stack.sh

measures=memory,latency,advance,rate # which, in this order
rate=100      # calls/s of latency
seconds=60    # of latency
warmup=5      # seconds before it
callers=200   # waiting, of memory
advances=500  # how many
waiting=50    # callers in the queue of advance
step=10       # seconds of each step of rate
rate_max=2000 # calls/s where its search ends
seed=1

while [ $# -gt 0 ]; do
	case $1 in
	--short) seconds=5 warmup=1 callers=50 advances=20 waiting=10 step=3 rate_max=400 ;;
	measures=* | rate=* | seconds=* | warmup=* | callers=* | advances=* | waiting=* | step=* | rate_max=* | seed=*)
		export "${1?}"
		;;
	*) die "unknown: $1" ;;
	esac
	shift
done

failed=0
results=build/load/results
lines=32

loadgen() {
	measure=$1
	shift
	# A failed call does not keep the other measures from being made.
	status=0
	build/load/loadgen "$measure" --server "$sip" --lines "$lines" --did "$did" --host "$host" --seed "$seed" \
		"$@" >>"$results" || status=$?
	case $status in
	0) ;;
	1) failed=1 ;;
	*) die "loadgen $measure ended with status $status" ;;
	esac
}

note() {
	echo "$*" >>"$results"
}

note_memory() {
	bytes=$(redis_bytes)
	kb=$(resident_kb)
	note "redis_$1 $bytes"
	note "rss_$1 $kb"
}

expect() {
	read -r word _ <&4 || word=nothing
	test "$word" = "$1" || die "loadgen wait said $word where $1 was expected"
}

# Steers `loadgen wait`: it says when its callers are up, and goes on when it is told to.
measure_memory() {
	rm -f build/load/ask build/load/told
	mkfifo build/load/ask build/load/told
	build/load/loadgen wait --server "$sip" --lines "$lines" --did "$did" --waiting "$callers" \
		<build/load/ask >build/load/told &
	exec 3>build/load/ask 4<build/load/told
	expect seated
	note_memory seated
	echo >&3
	expect waiting
	note_memory waiting
	exec 3>&-
	cat <&4 >>"$results"
	wait $! || failed=1
	lines_empty "$lines"
	note_memory after
	note "callers $callers"
}

wanted() {
	case ",$measures," in
	*",$1,"*) echo "measuring: $1" >&2 ;;
	*) return 1 ;;
	esac
}

make --silent -C tests/load
rm -f "$results"
trap remove_lines EXIT
trap 'exit 1' INT TERM
make_lines "$lines"

# Memory first: what earlier calls have left would expire in between.
if wanted memory; then
	measure_memory
fi
if wanted latency; then
	loadgen latency --rate "$rate" --seconds "$seconds" --warmup "$warmup"
fi
if wanted advance; then
	loadgen advance --lines 1 --did "$advance_did" --advances "$advances" --waiting "$waiting"
fi
if wanted rate; then
	loadgen rate --rate "$rate" --rate_max "$rate_max" --seconds "$step"
fi
kb=$(resident_kb)
note "rss_end $kb"
note "cores $(nproc)"
awk -f tests/load/table.awk "$results"
exit "$failed"
