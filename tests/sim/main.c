/**
 * @file main.c  Plays histories, and broken products that they must notice
 *
 *   sim histories SEED COUNT STEPS NAME    from that seed on: "ok NAME" or "not ok NAME"
 *   sim mutants SEED STEPS PART PARTS      every PARTS-th of the broken products, from the PART-th
 * on sim mutants SEED STEPS TEXT            those with that in their name sim tell SEED STEPS
 * [TEXT]             one history in full; of a product that is broken so
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

enum { MUTANT_HISTORIES = 600, NAME_BUF = 128 };

static const char *const seam_names[] = {
#define X(id, name) name,
    SEAMS(X)
#undef X
};

/* Half of the time would go into what only a failure needs; a history plays again with more. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "quarantine_size_mb=4:malloc_context_size=4";
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

static bool result(bool ok, const char *name)
{
	printf("%s %s\n", ok ? "ok" : "not ok", name);
	fflush(stdout);
	return ok;
}

static bool replays(struct store *s, uint64_t seed, unsigned steps)
{
	uint64_t digest[2];

	for (int i = 0; i < 2; i++) {
		driver_history(s, seed, steps);
		digest[i] = tell_digest();
	}
	return digest[0] == digest[1];
}

static bool noticed(struct store *s, size_t mutant, uint64_t first, unsigned steps)
{
	if (!mutants_choose(mutant)) {
		printf("no script has the text that \"%s\" changes\n", mutants_name(mutant));
		return false;
	}
	for (unsigned i = 0; i < MUTANT_HISTORIES; i++) {
		if (!driver_history(s, first + i, steps)) {
			printf("\"%s\" was noticed in history %u: %s\n", mutants_name(mutant),
			       i + 1, tell_complaint());
			return true;
		}
	}
	return false;
}

static unsigned long number(const char *text)
{
	return text ? strtoul(text, NULL, 10) : 0;
}

/* ----- the verbs; `arg` ends with NULL ----- */

static bool do_histories(struct store *s, char **arg)
{
	const uint64_t first = number(arg[0]);
	const unsigned count = (unsigned)number(arg[1]), steps = (unsigned)number(arg[2]);
	bool ok = result(histories(s, first, count, steps), arg[3]);

	show_stats(first);
	return result(replays(s, first, steps), "a_seed_gives_the_same_history_again") && ok;
}

static bool do_mutants(struct store *s, char **arg)
{
	const uint64_t first = number(arg[0]);
	const unsigned steps = (unsigned)number(arg[1]);
	const size_t parts = arg[3] ? number(arg[3]) : 0;
	char name[NAME_BUF];
	bool ok = true;

	for (size_t i = 0; i < mutants_count(); i++) {
		if (parts ? i % parts != number(arg[2]) : !strstr(mutants_name(i), arg[2]))
			continue;
		snprintf(name, sizeof(name), "noticed: %s", mutants_name(i));
		ok &= result(noticed(s, i, first, steps), name);
	}
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

static bool do_tell(struct store *s, char **arg)
{
	bool ok;

	if (!choose(arg[2]))
		return false;
	tell_log(true);
	ok = driver_history(s, number(arg[0]), (unsigned)number(arg[1]));
	tell_print();
	printf("%s\n", ok ? "all rules held" : tell_complaint());
	return ok;
}

static const struct verb {
	const char *name;
	bool (*run)(struct store *s, char **arg);
	int args;
} verbs[] = {
    {"histories", do_histories, 4},
    {"mutants", do_mutants, 3},
    {"tell", do_tell, 2},
};

int main(int argc, char **argv)
{
	const struct verb *v = NULL;
	struct store *s;
	bool ok;

	for (size_t i = 0; argc > 1 && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(argv[1], verbs[i].name) == 0 && argc >= verbs[i].args + 2)
			v = &verbs[i];
	if (!v) {
		fprintf(stderr, "sim histories|mutants|tell, see main.c\n");
		return 2;
	}
	s = redis_start();
	mutants_none();
	ok = v->run(s, argv + 2);
	mutants_none();
	redis_stop();
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
