/**
 * @file vtime.c  The clock of a history
 */
#include <string.h>
#include <sys/types.h>
#include <time.h>

#include "clock.h"
#include "seam.h"
#include "vtime.h"

enum { MONO_START_MS = 1000000 };

static const int64_t EPOCH_MS = 1800000000000; /* wall clock at the start of every history */
static int64_t now;

void vtime_begin(void)
{
	now = 0;
}

int64_t vtime_ms(void)
{
	return now;
}

void vtime_skip(unsigned ms)
{
	now += ms;
}

/* A pause of the service is time that goes by. */
int __real_nanosleep(const struct timespec *wanted, struct timespec *left);
int __wrap_nanosleep(const struct timespec *wanted, struct timespec *left);

int __wrap_nanosleep(const struct timespec *wanted, struct timespec *left)
{
	if (!seam_process())
		return __real_nanosleep(wanted, left);
	vtime_skip(1 + (unsigned)(wanted->tv_nsec / 1000000));
	return 0;
}

/* What would be random is the same in each history. */
ssize_t __wrap_getrandom(void *buf, size_t len, unsigned flags);

ssize_t __wrap_getrandom(void *buf, size_t len, unsigned flags)
{
	(void)flags;
	memset(buf, 0x5a, len);
	return (ssize_t)len;
}

int64_t clock_now_ms(void)
{
	return EPOCH_MS + now;
}

int64_t clock_mono_ms(void)
{
	return MONO_START_MS + now;
}

int64_t clock_mono_us(void)
{
	return clock_mono_ms() * 1000;
}
