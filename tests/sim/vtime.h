/**
 * @file vtime.h  What a history has instead of time and chance of the
 * machine's; clock.h of the service reads it
 */
#ifndef VTIME_H
#define VTIME_H

#include <stdint.h>

/** Back to the start. */
void vtime_begin(void);

/** @return ms since the start of the history */
int64_t vtime_ms(void);

/** Let time go by without anything happening. */
void vtime_skip(unsigned ms);

#endif
