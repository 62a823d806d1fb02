/**
 * @file fault.c  Places where a process may be killed or stopped, for tests of what is left then
 */
#include "fault.h"

#ifdef EXECLINE_FAULTS
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
#define X(id, name, after) name,
    FAULT_POINTS(X)
#undef X
};

void fault_here(enum fault point)
{
	static atomic_flag passed = ATOMIC_FLAG_INIT;
	const char *wanted = getenv("EXECLINE_FAULT"), *name = names[point];
	size_t len = strlen(name);

	if (!wanted || strncmp(wanted, name, len) != 0 || (wanted[len] && wanted[len] != ':'))
		return;
	if (!atomic_flag_test_and_set(&passed))
		raise(strcmp(wanted + len, ":stop") == 0 ? SIGSTOP : SIGKILL);
}
#else
/* ISO C wants something in each file. */
typedef int fault_nothing;
#endif
