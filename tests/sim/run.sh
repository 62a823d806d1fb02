#!/bin/sh
# Plays histories in the tools image: tests/sim/run.sh
#   SEED=n                             tells that one; so broken with MUTANT=
#   HISTORIES=, STEPS=, SEED=, FRESH=, MUTANT= README.md here
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

# play PART FIRST-SEED NAME: half of the work, to a file; histories that fail would be told into each other.
play() {
	{
		histories=0 mutants=0
		"$sim" histories "$2" "$half" "$steps" "$3" || histories=1
		"$sim" mutants 1 "$steps" "$1" 2 || mutants=1
		[ $((histories + mutants)) -eq 0 ]
	} >"$logs/sim-$1.log" 2>&1
}

# Half of the seeds are the same each time, the others follow from the commit: what nobody has played yet is played by and by.
first=${SEED:-1} commit=$(git rev-parse HEAD 2>/dev/null) || commit=$(date +%Y%j)
fresh=${FRESH:-$(printf '%d' "0x$(printf '%.7s' "$commit")")}
[ -z "${SEED:-}" ] || fresh=$((first + half))
printf 'SEED=%s and FRESH=%s, %s histories each\n' "$first" "$fresh" "$half"
play 0 "$first" "histories_from_${first}_keep_the_rules" &
play 1 "$fresh" "fresh_histories_keep_the_rules"
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
