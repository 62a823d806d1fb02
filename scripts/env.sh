#!/bin/sh
# Writes a settings file from .env.example with fresh secrets; an existing file is left alone.
#   scripts/env.sh                           .env
#   scripts/env.sh FILE [NAME=VALUE...]      another file, with some values set
cd "$(dirname "$0")/.."
. scripts/lib.sh

target=${1:-.env}
if [ $# -gt 0 ]; then
	shift
fi
if [ -e "$target" ]; then
	exit 0
fi

secret() {
	od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

# Prints the value which replaces the example's for NAME.
value_for() {
	name=$1 default=$2
	shift 2
	for pair in "$@"; do
		if [ "${pair%%=*}" = "$name" ]; then
			printf '%s' "${pair#*=}"
			return
		fi
	done
	case $name in
	EXECLINE_ADMIN_TOKEN | EXECLINE_HOOK_KEY | EXECLINE_REDIS_PASSWORD) secret ;;
	*) printf '%s' "$default" ;;
	esac
}

umask 077
draft=$target.$$
trap 'rm -f "$draft"' EXIT
while IFS= read -r line; do
	case $line in
	[A-Z]*=*) printf '%s=%s\n' "${line%%=*}" "$(value_for "${line%%=*}" "${line#*=}" "$@")" ;;
	*) printf '%s\n' "$line" ;;
	esac
done <.env.example >"$draft"

# A hard link fails where the name was taken in the meantime.
ln "$draft" "$target"
say "wrote $target with fresh secrets"
