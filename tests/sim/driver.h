/**
 * @file driver.h  What happens next: one step of a history after the other
 */
#ifndef DRIVER_H
#define DRIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "seam.h"

struct proc;
struct store;

/** What came of all histories so far. */
struct driver_stats {
	unsigned long histories, steps, kills, freezes, interrupts, calls, rests;
};

extern struct driver_stats driver_stats;

/** Play one history: so many steps, a rest, everybody hangs up. @return true if all rules held */
bool driver_history(struct store *s, uint64_t seed, unsigned steps);

/* For the seams. */

/** @return true if others are to go on while that process waits at a seam */
bool driver_interrupts(const struct proc *p, enum seam at);

/** They do so. */
void driver_meanwhile(struct proc *waiting);

/** An HTTP handler waits for the consumer. */
void driver_hop(struct proc *waiting);

#endif
