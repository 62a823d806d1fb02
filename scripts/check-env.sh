#!/bin/sh
# Says which settings of a file mean nothing: scripts/check-env.sh [FILE], .env by default.
# A name with a slip in it, or one that a newer version calls otherwise, would be ignored without a word.
cd "$(dirname "$0")/.."
. scripts/lib.sh

file=${1:-.env}
names() {
	sed -n 's/^\([A-Z][A-Z0-9_]*\)=.*/\1/p' "$1"
}

for name in $(names "$file"); do
	names .env.example | grep -qx "$name" || echo "execline: $file: $name is no setting; .env.example has them all" >&2
done
