/**
 * @file trunk.h  Who may call: trunks by name, and what is known of the carriers behind them
 *
 * The setting EXECLINE_TRUNKS names the trunks; trunk_profiles.def describes carriers. Kamailio
 * knows a trunk by the source of a request and tells its name; only the rest is looked at here.
 */
#ifndef TRUNK_H
#define TRUNK_H

#include <stdbool.h>
#include <stddef.h>

#include "e164.h"

struct strbuf;

enum {
	TRUNK_NAME_BUF = 17, /**< 16 of a-z 0-9 -, NUL */
	TRUNK_COUNT_MAX = 32,
	TRUNK_BUILT_IN = 2,	 /**< "unknown" and "users" */
	TRUNK_CALLS_MAX = 10000, /**< of max= */
	TRUNK_WHY_MAX = 256,
};

/** Where things are in an INVITE: flags. */
enum {
	TRUNK_RURI = 1 << 0,
	TRUNK_TO = 1 << 1,
	TRUNK_PAI = 1 << 2,
	TRUNK_FROM = 1 << 3,
	TRUNK_PAI_URI = 1 << 4,
	TRUNK_PAI_USER = 1 << 5,
	TRUNK_PAI_HEADER = 1 << 6,
	TRUNK_VENDOR = 1 << 7,
};

/** Headers that only some carriers send. */
enum trunk_header {
	TRUNK_H_NONE,
#define HEADER(symbol, name) symbol,
#define PROFILE(...)
#define ADDRESSES(...)
#include "trunk_profiles.def"
#undef HEADER
#undef PROFILE
#undef ADDRESSES
	TRUNK_H_COUNT
};

/** A kind of carrier; trunk_profiles.def explains the fields. */
struct trunk_profile {
	const char *name;
	unsigned dialled, caller; /**< flags */
	bool plus_omitted;
	unsigned verdict; /**< flags */
	bool passed_is_full;
	enum trunk_header verdict_header, attestation_header;
};

struct trunk {
	char name[TRUNK_NAME_BUF];
	const struct trunk_profile *profile;
	char did[E164_BUF]; /**< number that all its calls are for, "" = the one they name */
	unsigned max_calls; /**< at a time, 0 = no limit of its own */
};

struct trunks;

/**
 * Read the setting: trunks, separated by semicolons, each NAME=PROFILE or NAME=PROFILE:ITEM,ITEM…
 * with items that are addresses, did=NUMBER or max=CALLS; or just addresses, which are the trunk
 * "trunk" of the profile "generic". Blanks do not count. Empty: the trunk "trunk" alone.
 *
 * @param tp   Result, written only on success; free with trunks_free()
 * @param why  Message on EINVAL
 *
 * @return 0, EINVAL, ENOMEM
 */
__attribute__((warn_unused_result)) int trunks_alloc(struct trunks **tp, const char *setting,
						     char why[TRUNK_WHY_MAX]);

/** @param t  May be NULL */
void trunks_free(struct trunks *t);

/**
 * @param name  Of a trunk, NULL or "" if Kamailio did not tell it
 *
 * @return the trunk; one named "unknown", of the profile "generic", if there is none of that name
 */
const struct trunk *trunks_find(const struct trunks *t, const char *name);

/** @return how many trunks there are, those built in included */
size_t trunks_rows(const struct trunks *t);

/** @param row  Below trunks_rows() */
const struct trunk *trunks_at(const struct trunks *t, size_t row);

/** @param trunk  As trunks_find() gave it */
size_t trunks_row(const struct trunks *t, const struct trunk *trunk);

/** Count an INVITE of a trunk, from any thread. @param trunk  As trunks_find() gave it */
void trunks_count(struct trunks *t, const struct trunk *trunk);

/** Append the counter, a row for each trunk. @return out->err */
int trunks_render(const struct trunks *t, struct strbuf *out);

#endif
