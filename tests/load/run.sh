#!/bin/sh
# Measures the running stack whose settings are in the environment, and prints one table. `make bench` brings up a
# stack of its own for it; by hand, for the stack of an .env: ENV_FILE=.env scripts/tools.sh tests/load/run.sh
#   tests/load/run.sh [--short] [NAME=VALUE...]    any of the names below
# Exit status: 1 when a call failed at the constant rate, while waiting or in an advance, or when somebody was let in
# out of turn; never because something was slow.
cd "$(dirname "$0")/../.."
set -eu
. tests/load/stack.sh

measures=machine,memory,provider,latency,advance,storm,rate # which, in this order
rate=100      # calls/s of latency
seconds=60    # of latency
warmup=5      # seconds before it
callers=200   # waiting, of memory
advances=500  # how many
waiting=50    # callers in the queue of advance
crowd=500     # callers who hang up in the storm
stay=50       # and callers who do not
arrivals=50   # calls/s meanwhile
step=10       # seconds of each step of rate
rate_max=2000 # calls/s where its search ends
seed=1

while [ $# -gt 0 ]; do
	case $1 in
	--short) seconds=5 warmup=1 callers=50 advances=20 waiting=10 crowd=100 stay=10 step=3 rate_max=400 ;;
	measures=* | rate=* | seconds=* | warmup=* | callers=* | advances=* | waiting=* | crowd=* | stay=* | arrivals=* | \
		step=* | rate_max=* | seed=*)
		export "${1?}"
		;;
	*) die "unknown: $1" ;;
	esac
	shift
done

failed=0
results=build/load/results
lines=32
# Lines of their own, behind those of stack.sh.
advance_did=$((did + 9999))
storm_did=$((did + 9998))
hanging_port=18099 # where nobody answers

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

# The sums and counts of the steps of a decision, as invite_<step>_<sum or count>_NAME
note_steps() {
	figures=$(ask GET /metrics) || die "execlined gives no figures"
	echo "$figures" | sed -n 's/^execline_invite_seconds_\([a-z]*\){step="\([a-z]*\)"} /invite_\2_\1_'"$1"' /p' >>"$results"
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

# In turns, since a machine is not the same all the time: with no provider, and with one that takes each message and
# says nothing. Every line has one request under way then, for ten seconds.
measure_provider() {
	for turn in plain_1 hanging_1 hanging_2 plain_2; do
		case $turn in
		plain*) account='"provider": "log"' ;;
		*) account="\"provider\": \"webhook\", \"url\": \"http://127.0.0.1:$hanging_port\", \"key\": \"hanging-key\"" ;;
		esac
		make_lines "$lines" "$account"
		loadgen latency --rate "$rate" --seconds $(((seconds + 3) / 4)) --warmup "$warmup" --hanging "$hanging_port"
		sed -i "s/^latency_/${turn}_/" "$results"
	done
	make_lines "$lines"
}

measure_latency() {
	failed_before=$failed # a call that fails now does not count
	loadgen latency --rate "$rate" --seconds "$warmup" --warmup 0
	failed=$failed_before
	note_steps before
	loadgen latency --rate "$rate" --seconds "$seconds" --warmup 0
	note_steps after
}

measure_storm() {
	PYTHONPATH=tests python3 tests/load/storm.py load-storm "$storm_did" "$host" \
		waiting="$crowd" stay="$stay" rate="$arrivals" seconds=1 seed="$seed" >>"$results" || failed=1
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
make_line load-advance "$advance_did" "$host"
make_line load-storm "$storm_did" "$host"

if wanted machine; then
	loadgen machine
fi
# Memory before the others: what earlier calls have left would expire in between.
if wanted memory; then
	measure_memory
fi
if wanted provider; then
	measure_provider # before latency, whose names it borrows
fi
if wanted latency; then
	measure_latency
fi
if wanted advance; then
	loadgen advance --lines 1 --did "$advance_did" --advances "$advances" --waiting "$waiting"
fi
if wanted storm; then
	measure_storm
fi
if wanted rate; then
	loadgen rate --rate "$rate" --rate_max "$rate_max" --seconds "$step"
fi
kb=$(resident_kb)
note "rss_end $kb"
note "cores $(nproc)"
awk -f tests/load/table.awk "$results"
exit "$failed"
