/**
 * @file chance.h  What a history leaves to chance; the same seed gives the same numbers
 */
#ifndef CHANCE_H
#define CHANCE_H

#include <stdbool.h>
#include <stdint.h>

/** Begin anew. */
void chance_seed(uint64_t seed);

/** @return 0 to n - 1; 0 if n is 0 */
unsigned chance_below(unsigned n);

/** @return low to high */
unsigned chance_between(unsigned low, unsigned high);

/** @return true in so many of a thousand cases */
bool chance_of(unsigned permille);

#endif
