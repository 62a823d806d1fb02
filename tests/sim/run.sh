#!/bin/sh
# Plays histories in the tools image: tests/sim/run.sh
#   SEED=n                             tells that one; so broken with MUTANT=
#   HISTORIES=, STEPS=, SEED=, MUTANT= README.md here
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/results.sh
make --silent -C service --jobs "$(nproc)" sim || exit 1

sim=service/build/sim/sim logs=build/logs
steps=${STEPS:-80} half=$(((${HISTORIES:-2000} + 1) / 2))
mkdir -p "$logs"

if [ -n "${SEED:-}" ] && [ -z "${HISTORIES:-}" ]; then
	exec "$sim" tell "$SEED" "$steps" ${MUTANT:+"$MUTANT"}
elif [ -n "${MUTANT:-}" ]; then
	exec "$sim" mutants "${SEED:-1}" "$steps" "$MUTANT"
fi

# Seeds that every commit has of its own, and the same each time it is tested.
of_commit() {
	printf '%d' "0x$(git rev-parse --short=7 HEAD 2>/dev/null || date +%Y%m%d)"
}

# play PART FIRST-SEED NAME: half of the work, to a file; histories that fail would be told into each other.
play() {
	{
		"$sim" histories "$2" "$half" "$steps" "$3"
		histories=$?
		"$sim" mutants 1 "$steps" "$1" 2
		[ $? -eq 0 ] && [ "$histories" -eq 0 ]
	} >"$logs/sim-$1.log" 2>&1
}

second=${SEED:+$((SEED + half))}
play 0 "${SEED:-1}" histories_keep_the_rules &
play 1 "${second:-$(of_commit)}" histories_of_this_commit_keep_the_rules
status=$?
wait $! || status=$?

cat "$logs/sim-0.log" "$logs/sim-1.log" | while IFS= read -r line; do
	case $line in
	"ok "*) ok "${line#ok }" ;;
	"not ok "*) not_ok "${line#not ok }" ;;
	*) printf '%s\n' "$line" ;;
	esac
done
exit "$status"
