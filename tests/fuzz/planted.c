/**
 * @file planted.c  A parser with a bug: what the fuzzer has to find, or the suite finds nothing at
 * all
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* Reads one byte too many behind a word that chance alone does not find. */
bool fuzz_one(struct fuzz *f)
{
	static const char word[] = "leg=";
	size_t len;
	const char *p = fuzz_bytes(f, &len);

	if (len < sizeof(word) - 1 || memcmp(p, word, sizeof(word) - 1) != 0)
		return false;
	return p[len] == ';';
}
