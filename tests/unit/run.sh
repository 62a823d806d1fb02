#!/bin/sh
# Builds and runs each tests/unit/test_*.c; one result per test case.
set -eu
cd "$(dirname "$0")/../.."
. tests/lib/results.sh

make --silent -C service --jobs "$(nproc)" unit-programs

mkdir -p build/logs
for source in tests/unit/test_*.c; do
	name=$(basename "$source" .c)
	program=service/build/unit/$name
	tap=build/logs/$name.tap
	status=0
	CMOCKA_MESSAGE_OUTPUT=TAP "$program" >"$tap" 2>"$tap.err" || status=$?
	sed -n 's/^\(ok\|not ok\) [0-9]* - /\1 /p' "$tap" | while read -r line; do
		case $line in
		"ok "*) ok "$name/${line#ok }" ;;
		"not ok "*) not_ok "$name/${line#not ok }" ;;
		esac
	done
	# A leak or an overflow is found after or between the cases.
	if [ "$status" -ne 0 ]; then
		cat "$tap" "$tap.err"
		grep -q '^not ok' "$tap" || not_ok "$name: exit status $status"
	fi
done
