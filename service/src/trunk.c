/**
 * @file trunk.c  Trunks and their profiles
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics.h"
#include "trunk.h"

static const struct trunk_profile profiles[] = {
#define HEADER(...)
#define PROFILE(...) {__VA_ARGS__},
#define ADDRESSES(...)
#include "trunk_profiles.def"
#undef HEADER
#undef PROFILE
#undef ADDRESSES
};

static const char PLAIN[] = "trunk", UNKNOWN[] = "unknown", USERS[] = "users",
		  GENERIC[] = "generic";

enum {
	N_PROFILES = sizeof(profiles) / sizeof(profiles[0]),
	SETTING_BUF = 4096,
};

struct row {
	struct trunk trunk;
	_Atomic uint64_t invites;
};

struct trunks {
	struct row rows[TRUNK_COUNT_MAX + TRUNK_BUILT_IN]; /* the first is the unknown one */
	size_t n;
};

/* A part of the setting: [p, p + n) */
struct part {
	const char *p;
	size_t n;
};

static const struct trunk_profile *find_profile(struct part name)
{
	for (size_t i = 0; i < N_PROFILES; i++)
		if (strlen(profiles[i].name) == name.n &&
		    memcmp(profiles[i].name, name.p, name.n) == 0)
			return &profiles[i];
	return NULL;
}

static struct part word(const char *s)
{
	return (struct part){s, strlen(s)};
}

/* The next of the parts that `end` separates; empty ones do not count. false: there is none. */
static bool next_part(const char **textp, char end, struct part *part)
{
	const char separator[] = {end, '\0'};

	part->p = *textp + strspn(*textp, separator);
	part->n = strcspn(part->p, separator);
	*textp = part->p + part->n;
	return part->n > 0;
}

static bool is_name(struct part s)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz", more[] = "0123456789-";

	if (!s.n || s.n >= TRUNK_NAME_BUF || !strchr(first, *s.p))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!strchr(first, s.p[i]) && !strchr(more, s.p[i]))
			return false;
	return true;
}

static int refuse(char why[TRUNK_WHY_MAX], struct part what, const char *allowed)
{
	snprintf(why, TRUNK_WHY_MAX, "\"%.*s\" is not allowed; allowed: %s", (int)what.n, what.p,
		 allowed);
	return EINVAL;
}

static int add(struct trunks *t, struct part name, const struct trunk_profile *profile,
	       struct trunk **trunkp, char why[TRUNK_WHY_MAX])
{
	struct trunk *trunk;

	for (size_t i = 0; i < t->n; i++)
		if (strlen(t->rows[i].trunk.name) == name.n &&
		    memcmp(t->rows[i].trunk.name, name.p, name.n) == 0)
			return refuse(why, name, "a name that no other trunk has");
	if (t->n >= TRUNK_COUNT_MAX + TRUNK_BUILT_IN)
		return refuse(why, name, "32 trunks at the most");
	trunk = &t->rows[t->n].trunk;
	memcpy(trunk->name, name.p, name.n);
	trunk->profile = profile;
	t->n++;
	*trunkp = trunk;
	return 0;
}

/* Whether an item is KEY=…; then *value is what follows. */
static bool has_key(struct part item, const char *key, struct part *value)
{
	const size_t len = strlen(key);

	if (item.n < len || memcmp(item.p, key, len) != 0)
		return false;
	*value = (struct part){item.p + len, item.n - len};
	return true;
}

static bool read_did(struct trunk *trunk, struct part number)
{
	if (number.n >= sizeof(trunk->did))
		return false;
	memcpy(trunk->did, number.p, number.n);
	trunk->did[number.n] = '\0';
	return e164_valid(trunk->did);
}

static bool read_max(struct trunk *trunk, struct part calls)
{
	trunk->max_calls = 0;
	for (size_t i = 0; i < calls.n && trunk->max_calls <= TRUNK_CALLS_MAX; i++) {
		if (calls.p[i] < '0' || calls.p[i] > '9')
			return false;
		trunk->max_calls = trunk->max_calls * 10 + (unsigned)(calls.p[i] - '0');
	}
	return trunk->max_calls >= 1 && trunk->max_calls <= TRUNK_CALLS_MAX;
}

/* Addresses are Kamailio's matter. */
static int read_items(struct trunk *trunk, const char *text, char why[TRUNK_WHY_MAX])
{
	struct part item, value;

	while (next_part(&text, ',', &item)) {
		if (has_key(item, "did=", &value) && !read_did(trunk, value))
			return refuse(why, item, "did=, an E.164 number");
		if (has_key(item, "max=", &value) && !read_max(trunk, value))
			return refuse(why, item, "max=, 1 to 10000 calls");
	}
	return 0;
}

/* NAME=PROFILE[:ITEMS] */
static int read_named(struct trunks *t, char *text, char *equals, char why[TRUNK_WHY_MAX])
{
	char *colon = strchr(equals, ':');
	const size_t length = colon ? (size_t)(colon - equals) - 1 : strlen(equals + 1);
	const struct part name = {text, (size_t)(equals - text)}, of = {equals + 1, length};
	const struct trunk_profile *profile = find_profile(of);
	struct trunk *trunk = NULL;
	int err;

	if (!is_name(name))
		return refuse(why, name,
			      "a name of a-z, 0-9 and -, beginning with a letter, 16 at the most");
	if (!profile)
		return refuse(why, of, "a profile of trunk_profiles.def");
	err = add(t, name, profile, &trunk, why);
	if (!err && colon)
		err = read_items(trunk, colon + 1, why);
	return err;
}

/* A trunk, or addresses alone, of which there may be several lists. */
static int read_one(struct trunks *t, char *text, bool *plain, char why[TRUNK_WHY_MAX])
{
	char *equals = strchr(text, '=');
	struct trunk *trunk;

	if (equals)
		return read_named(t, text, equals, why);
	if (*plain)
		return 0;
	*plain = true;
	return add(t, word(PLAIN), find_profile(word(GENERIC)), &trunk, why);
}

static int read_all(struct trunks *t, const char *setting, char why[TRUNK_WHY_MAX])
{
	char text[SETTING_BUF] = "";
	const char *rest = setting;
	struct trunk *trunk;
	struct part part;
	bool plain = false;
	int err = add(t, word(UNKNOWN), find_profile(word(GENERIC)), &trunk, why);

	if (!err)
		err = add(t, word(USERS), find_profile(word(GENERIC)), &trunk, why);
	while (!err && next_part(&rest, ';', &part)) {
		size_t n = 0;

		if (part.n >= sizeof(text))
			return refuse(why, (struct part){part.p, 64}, "4095 characters");
		for (size_t i = 0; i < part.n; i++)
			if (part.p[i] != ' ')
				text[n++] = part.p[i];
		text[n] = '\0';
		if (n)
			err = read_one(t, text, &plain, why);
	}
	if (!err && t->n == TRUNK_BUILT_IN)
		err = add(t, word(PLAIN), find_profile(word(GENERIC)), &trunk, why);
	return err;
}

int trunks_alloc(struct trunks **tp, const char *setting, char why[TRUNK_WHY_MAX])
{
	struct trunks *t;
	int err;

	if (!tp || !setting || !why)
		return EINVAL;
	t = calloc(1, sizeof(*t));
	if (!t)
		return ENOMEM;
	err = read_all(t, setting, why);
	if (err)
		free(t);
	else
		*tp = t;
	return err;
}

void trunks_free(struct trunks *t)
{
	free(t);
}

const struct trunk *trunks_find(const struct trunks *t, const char *name)
{
	for (size_t i = 1; name && i < t->n; i++)
		if (strcmp(t->rows[i].trunk.name, name) == 0)
			return &t->rows[i].trunk;
	return &t->rows[0].trunk;
}

size_t trunks_rows(const struct trunks *t)
{
	return t->n;
}

const struct trunk *trunks_at(const struct trunks *t, size_t row)
{
	return &t->rows[row].trunk;
}

size_t trunks_row(const struct trunks *t, const struct trunk *trunk)
{
	for (size_t i = 0; i < t->n; i++)
		if (&t->rows[i].trunk == trunk)
			return i;
	return 0;
}

void trunks_count(struct trunks *t, const struct trunk *trunk)
{
	for (size_t i = 0; i < t->n; i++)
		if (&t->rows[i].trunk == trunk)
			atomic_fetch_add_explicit(&t->rows[i].invites, 1, memory_order_relaxed);
}

int trunks_render(const struct trunks *t, struct strbuf *out)
{
	int err = 0;

	for (size_t i = 0; i < t->n && !err; i++) {
		const uint64_t n = atomic_load_explicit(&t->rows[i].invites, memory_order_relaxed);
		char labels[TRUNK_NAME_BUF + 16];

		snprintf(labels, sizeof(labels), "trunk=\"%s\"", t->rows[i].trunk.name);
		err = metrics_counter(out, "execline_invites_total",
				      i ? NULL : "Initial INVITEs Kamailio asked about", labels, n);
	}
	return err;
}
