/**
 * @file store_library.c  The scripts in Redis: one library of functions for each version of them
 *
 * The digest of its text is in the names of the library and its functions. So a service finds its
 * own scripts or none, and two versions can run beside each other.
 */
#include <stdbool.h>
#include <string.h>

#include "log.h"
#include "store.h"
#include "store_priv.h"

/* Libraries of ours that may be there; those that are not the new one are dropped when there are
 * more. Whoever still needs one of them brings it back: more than two versions run at a time only
 * by mistake. */
enum { LIBRARIES_MAX = 4 };

static const char OURS[] = "execline_*";

/* How Redis says so of a library (Redis, functions.c: functionsCreateWithLibraryCtx,
 * functionDeleteCommand). */
static const char EXISTS[] = "ERR Library '", GONE[] = "ERR Library not found";

static void drop(struct store *s, const char *name)
{
	const char *argv[] = {"FUNCTION", "DELETE", name};
	const struct store_command cmd = {.argv = argv, .argc = 3, .quiet = GONE};

	if (store_command(s, &cmd, NULL) == 0)
		log_info("library_dropped", LOG_S("library", name));
}

static void drop_old(struct store *s)
{
	const char *argv[] = {"FUNCTION", "LIST", "LIBRARYNAME", OURS};
	struct store_reply *r = NULL;
	int err = store_command(s, &(struct store_command){.argv = argv, .argc = 4}, &r);

	for (size_t i = 0; !err && store_reply_len(r) > LIBRARIES_MAX && i < store_reply_len(r);
	     i++) {
		const char *name = store_reply_field(store_reply_at(r, i), "library_name");

		if (strcmp(name, script_library_name) != 0)
			drop(s, name);
	}
	store_reply_free(r);
}

int store_library_load(struct store *s)
{
	const char *argv[] = {"FUNCTION", "LOAD", script_library};
	const struct store_command cmd = {.argv = argv, .argc = 3, .quiet = EXISTS};
	struct store_reply *r = NULL;
	int err = store_command(s, &cmd, &r);

	if (!err) {
		log_info("library_loaded", LOG_S("library", script_library_name));
		drop_old(s);
	} else if (store_reply_is_error(r, EXISTS)) {
		err = 0;
	}
	store_reply_free(r);
	return err;
}
