/**
 * @file clock.h  The two clocks
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/** @return wall clock in ms since 1970 UTC: for what is stored or shown */
int64_t clock_now_ms(void);

/** @return monotonic clock in ms since some start: for timeouts and durations */
int64_t clock_mono_ms(void);

/** @return the same clock in us: for durations that are measured */
int64_t clock_mono_us(void);

#endif
