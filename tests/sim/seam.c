/**
 * @file seam.c  Where the code under test leaves its process
 */
#include <stddef.h>

#include "chance.h"
#include "driver.h"
#include "mood.h"
#include "proc.h"
#include "seam.h"
#include "tell.h"

static struct proc *running;
static unsigned depth;
static unsigned kill_in; /* seams until the next death, 0 = none */
static unsigned kills[SEAM_COUNT];

static const char *const names[] = {
#define X(id, name) name,
    SEAMS(X)
#undef X
};

void seam_begin(void)
{
	running = NULL;
	depth = 0;
	kill_in = 0;
}

struct proc *seam_enter(struct proc *p)
{
	struct proc *before = running;

	running = p;
	proc_entered(p, 1);
	return before;
}

void seam_leave(struct proc *p, struct proc *before)
{
	proc_entered(p, -1);
	running = before;
}

struct proc *seam_process(void)
{
	return running;
}

unsigned seam_depth(void)
{
	return depth;
}

void seam_kill_at(unsigned n)
{
	kill_in = n;
}

unsigned seam_kills(enum seam at)
{
	return kills[at];
}

void seam_wait(void (*others)(struct proc *waiting))
{
	struct proc *waiting = running;

	running = NULL;
	depth++;
	others(waiting);
	depth--;
	running = waiting;
}

static bool survives(enum seam at, const char *when)
{
	const bool now = kill_in && --kill_in == 0;

	if (proc_is_late(running))
		return true;
	if (now || (at == SEAM_MEDIA && proc_at_work(running) && chance_of(mood.die))) {
		tell("%s is killed %s %s", proc_name(running), when, names[at]);
		kills[at]++;
		proc_kill(running);
	}
	return !proc_is_dead(running);
}

static bool pass(enum seam at, const char *when)
{
	if (!running)
		return true;
	if (proc_is_dead(running) || !survives(at, when))
		return false;
	if (driver_interrupts(running, at))
		seam_wait(driver_meanwhile);
	return !proc_is_dead(running);
}

bool seam_before(enum seam at)
{
	return pass(at, "before");
}

bool seam_after(enum seam at)
{
	return pass(at, "after");
}
