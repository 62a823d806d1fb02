#!/bin/sh
# Style and static analysis; one result for each kind of check. Runs in the tools image.
set -eu
cd "$(dirname "$0")/../.."
. tests/lib/results.sh

mkdir -p build/results

# Tracked or not, everything that would be committed.
files() {
	git ls-files --cached --others --exclude-standard -- "$@" | sort -u | while read -r file; do
		test -f "$file" && echo "$file"
	done
}

# Runs a command; the beginning of its output is shown when it fails.
check() {
	name=$1
	log=build/results/lint-$name.log
	shift
	if "$@" >"$log" 2>&1; then
		ok "$name"
	else
		head -n 40 "$log"
		echo "all of it: $log"
		not_ok "$name"
	fi
}

shell() {
	files | xargs grep -l '^#!/bin/\(ba\)\{0,1\}sh\|^# shellcheck shell=' | xargs shellcheck
}

clang_format() {
	files '*.c' '*.h' '*.cc' | xargs clang-format --dry-run --Werror
}

# Results must not depend on how many are checked at once, so each file has its own process.
clang_tidy() {
	files 'service/src/*.c' | xargs -P "$(nproc)" -n 1 sh -c \
		'clang-tidy --quiet "$1" -- -std=c11 -D_GNU_SOURCE -Iservice/src -Iservice/build 2>/dev/null' sh
}

cppcheck_c() {
	files 'service/src/*.c' | xargs cppcheck --quiet --std=c11 -D_GNU_SOURCE --error-exitcode=1 \
		--enable=warning,performance,portability --inline-suppr \
		--suppress=missingInclude --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches -Iservice/src -Iservice/build
}

# The library as Redis gets it; and each file for itself, which sees no more than it includes.
lua() {
	config=build/results/luacheckrc
	luac -p service/build/library.lua &&
		luacheck --quiet --std lua51 --read-globals redis cjson --ignore 211 --max-line-length 120 -- service/build/library.lua &&
		tests/lint/luacheckrc.py >"$config" && luacheck --quiet --config "$config" service/lua
}

python() {
	# Compiled in memory: nothing is written beside the sources.
	files '*.py' | xargs -n 1 python3 -c 'import sys; compile(open(sys.argv[1]).read(), sys.argv[1], "exec")' &&
		files '*.py' | xargs pyflakes3
}

compose_file() {
	env_file=build/results/lint.env
	scripts/env.sh "$env_file" && scripts/compose.sh --env-file "$env_file" config --quiet
	status=$?
	rm -f "$env_file"
	return "$status"
}

make --silent -C service build/scripts.h

check clang-format clang_format
check clang-tidy clang_tidy
check cppcheck cppcheck_c
check shellcheck shell
check lua lua
check python python
check compose compose_file
check load-generator make --silent -C tests/load
check entrypoints tests/lint/entrypoints.sh
for rule in $(tests/lint/check.py); do
	check "$rule" tests/lint/check.py "$rule"
done
