/**
 * @file scripts_seam.c  In place of the scripts.c that is linked to the service: a library whose
 * text can be changed
 */
#define script_library library_as_built
#include "scripts.c"
#undef script_library

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "redis.h"
#include "scripts_seam.h"

const char *script_library;

static char *changed;

/* A changed library keeps its name, so that Redis must not have the one before. */
static void use(char *text)
{
	free(changed);
	changed = text;
	script_library = text ? text : library_as_built;
	redis_forget_functions();
}

void scripts_restore(void)
{
	use(NULL);
}

bool scripts_replace(const char *old, const char *new_text)
{
	const char *text = script_library, *at = strstr(text, old);
	char *out = NULL;
	size_t size;
	FILE *f;

	if (!at)
		return false;
	f = open_memstream(&out, &size);
	if (!f)
		abort();
	for (; at; text = at + strlen(old), at = strstr(text, old))
		fprintf(f, "%.*s%s", (int)(at - text), text, new_text);
	fputs(text, f);
	fclose(f);
	use(out);
	return true;
}
