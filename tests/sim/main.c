/**
 * @file main.c  Plays histories, and broken products that they must notice
 *
 * In the environment: SEED of the first, HISTORIES, STEPS of each; with SEED alone, that one is
 * told in full. MUTANT: only those with this in their name (with SEED alone: so broken). Prints "ok
 * NAME" or "not ok NAME" for each test, as run.sh counts them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"
#include "mutants.h"
#include "redis.h"
#include "seam.h"
#include "tell.h"

enum { HISTORIES = 2000, STEPS = 80, MUTANT_HISTORIES = 300 };

static const char *const seam_names[] = {
#define X(id, name) name,
    SEAMS(X)
#undef X
};

/* What is freed is used again soon: a history must not wait for the kernel's pages. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "quarantine_size_mb=4";
}

static void show_failure(uint64_t seed)
{
	printf("%s\nin the history with SEED=%" PRIu64 ", which plays again:\n", tell_complaint(),
	       seed);
	tell_print();
	printf("%s\n", tell_complaint());
}

static bool histories(struct store *s, uint64_t first, unsigned count, unsigned steps)
{
	for (unsigned i = 0; i < count; i++) {
		if (driver_history(s, first + i, steps))
			continue;
		show_failure(first + i);
		return false;
	}
	return true;
}

static void show_stats(uint64_t first)
{
	const struct driver_stats *d = &driver_stats;

	printf("%lu histories from SEED=%" PRIu64 " on: %lu steps, %lu calls, %lu rests, "
	       "%lu times others went on while a process waited, %lu frozen\n",
	       d->histories, first, d->steps, d->calls, d->rests, d->interrupts, d->freezes);
	printf("killed: %lu between two requests", d->kills);
	for (int i = 0; i < SEAM_COUNT; i++)
		printf(", %u at %s", seam_kills((enum seam)i), seam_names[i]);
	printf("\n");
}

static bool result(bool ok, const char *name, const char *what)
{
	printf("%s %s%s\n", ok ? "ok" : "not ok", name, what);
	fflush(stdout);
	return ok;
}

static bool replays(struct store *s, uint64_t seed)
{
	uint64_t digest[2];

	for (int i = 0; i < 2; i++) {
		driver_history(s, seed, STEPS);
		digest[i] = tell_digest();
	}
	return digest[0] == digest[1];
}

static bool noticed(struct store *s, size_t mutant, uint64_t first)
{
	if (!mutants_choose(mutant)) {
		printf("no script has the text that \"%s\" changes\n", mutants_name(mutant));
		return false;
	}
	for (unsigned i = 0; i < MUTANT_HISTORIES; i++) {
		if (!driver_history(s, first + i, STEPS)) {
			printf("\"%s\" was noticed in history %u: %s\n", mutants_name(mutant),
			       i + 1, tell_complaint());
			return true;
		}
	}
	return false;
}

static bool mutants(struct store *s, uint64_t first, const char *some)
{
	bool ok = true;

	for (size_t i = 0; i < mutants_count(); i++)
		if (!some || strstr(mutants_name(i), some))
			ok &= result(noticed(s, i, first), "noticed: ", mutants_name(i));
	mutants_none();
	return ok;
}

/* The first mutant that is named so, if one is. */
static bool choose(const char *some)
{
	size_t i = 0;

	while (some && i < mutants_count() && !strstr(mutants_name(i), some))
		i++;
	return !some || (i < mutants_count() && mutants_choose(i));
}

static bool suite(struct store *s, uint64_t first, unsigned count, unsigned steps)
{
	bool ok = result(histories(s, first, count, steps), "histories_keep_the_rules", "");

	show_stats(first);
	ok &= result(replays(s, first), "a_seed_gives_the_same_history_again", "");
	return ok && mutants(s, first, NULL);
}

static bool told(struct store *s, uint64_t seed, unsigned steps)
{
	bool ok;

	tell_log(true);
	ok = driver_history(s, seed, steps);
	tell_print();
	printf("%s\n", ok ? "all rules held" : tell_complaint());
	return ok;
}

static unsigned long number(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoul(text, NULL, 10) : otherwise;
}

int main(void)
{
	const unsigned long seed = number("SEED", 0);
	const unsigned long count = number("HISTORIES", seed ? 1 : HISTORIES);
	const unsigned steps = (unsigned)number("STEPS", STEPS);
	const char *some = getenv("MUTANT");
	struct store *s = redis_start();
	bool ok;

	mutants_none();
	if (seed && count == 1)
		ok = choose(some) && told(s, seed, steps);
	else if (some)
		ok = mutants(s, seed ? seed : 1, some);
	else
		ok = suite(s, seed ? seed : 1, (unsigned)count, steps);
	redis_stop();
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
