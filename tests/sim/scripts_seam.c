/**
 * @file scripts_seam.c  In place of the scripts.c that is linked to the service: a table that can
 * be changed
 */
#define script_sources script_originals
#include "scripts.c"
#undef script_sources

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "scripts_seam.h"

struct script_source script_sources[SCRIPT_COUNT];

static char *changed[SCRIPT_COUNT], *digests[SCRIPT_COUNT];

void scripts_restore(void)
{
	for (int i = 0; i < SCRIPT_COUNT; i++) {
		script_sources[i] = script_originals[i];
		free(changed[i]);
		free(digests[i]);
		changed[i] = digests[i] = NULL;
	}
}

static char *sha1_of(const char *text)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	char *hex = calloc(1, 2 * EVP_MAX_MD_SIZE + 1);
	unsigned n = 0;

	if (!hex || EVP_Digest(text, strlen(text), md, &n, EVP_sha1(), NULL) != 1)
		abort();
	for (unsigned i = 0; i < n; i++)
		snprintf(hex + 2 * i, 3, "%02x", md[i]);
	return hex;
}

static char *replaced(const char *text, const char *old, const char *new_text)
{
	const char *at = strstr(text, old);
	char *out = NULL;
	size_t size;
	FILE *f;

	if (!at)
		return NULL;
	f = open_memstream(&out, &size);
	if (!f)
		abort();
	for (; at; text = at + strlen(old), at = strstr(text, old))
		fprintf(f, "%.*s%s", (int)(at - text), text, new_text);
	fputs(text, f);
	fclose(f);
	return out;
}

bool scripts_replace(const char *old, const char *new_text)
{
	bool found = false;

	for (int i = 0; i < SCRIPT_COUNT; i++) {
		char *text = replaced(script_sources[i].body, old, new_text);

		if (!text)
			continue;
		found = true;
		free(changed[i]);
		free(digests[i]);
		changed[i] = text;
		digests[i] = sha1_of(text);
		script_sources[i].body = changed[i];
		script_sources[i].sha1 = digests[i];
	}
	return found;
}
