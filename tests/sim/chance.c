/**
 * @file chance.c  splitmix64 (public domain, S. Vigna)
 */
#include "chance.h"

static uint64_t state;

void chance_seed(uint64_t seed)
{
	state = seed * 0x2545f4914f6cdd1dU;
}

static uint64_t next(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

unsigned chance_below(unsigned n)
{
	return n ? (unsigned)(next() % n) : 0;
}

unsigned chance_between(unsigned low, unsigned high)
{
	return low + chance_below(high - low + 1);
}

bool chance_of(unsigned permille)
{
	return permille && chance_below(1000) < permille;
}
