/**
 * @file fuzz.c  What the fuzz targets share
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fuzz.h"
#include "outside.h"

static const char SEPARATOR[] = "\n%%\n";

/* libFuzzer calls this; FUZZ_TAKEN in the environment says that an input that is refused is an
 * error: for those of the corpus that are there to be taken. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz f = {.at = (const char *)data, .end = (const char *)data + size};
	bool taken;

	outside_begin(&f);
	taken = fuzz_one(&f);
	outside_end();
	while (f.n)
		free(f.owned[--f.n]);
	if (getenv("FUZZ_TAKEN"))
		fuzz_require(taken);
	return 0;
}

bool fuzz_more(const struct fuzz *f)
{
	return f->at && f->n < FUZZ_OWNED_MAX;
}

/* The newline at the end of a file is not part of the last part. */
static const char *cut(struct fuzz *f, size_t *len)
{
	const size_t n = sizeof(SEPARATOR) - 1;
	const char *part = f->at, *end;

	if (!fuzz_more(f)) {
		*len = 0;
		return "";
	}
	end = memmem(part, (size_t)(f->end - part), SEPARATOR, n);
	f->at = end ? end + n : NULL;
	if (!end)
		end = f->end > part && f->end[-1] == '\n' ? f->end - 1 : f->end;
	*len = (size_t)(end - part);
	return part;
}

static void *own(struct fuzz *f, void *p)
{
	if (!p || f->n == FUZZ_OWNED_MAX)
		abort();
	f->owned[f->n++] = p;
	return p;
}

const char *fuzz_bytes(struct fuzz *f, size_t *len)
{
	const char *part = cut(f, len);
	void *copy;

	if (f->n == FUZZ_OWNED_MAX)
		return "";
	copy = malloc(*len);
	if (copy && *len)
		memcpy(copy, part, *len);
	return own(f, copy);
}

const char *fuzz_text(struct fuzz *f)
{
	size_t len;
	const char *part = cut(f, &len);

	return f->n == FUZZ_OWNED_MAX ? "" : own(f, strndup(part, len));
}

const char *fuzz_keep(struct fuzz *f, const char *text)
{
	return f->n == FUZZ_OWNED_MAX ? "" : own(f, strdup(text));
}

const char *fuzz_lookup(struct fuzz *f, const char *lines, const char *name)
{
	const size_t n = strlen(name);
	const char *p, *end;

	for (p = lines; *p; p = end + (*end == '\n')) {
		end = p + strcspn(p, "\n");
		if (strncasecmp(p, name, n) != 0 || strncmp(p + n, ": ", 2) != 0)
			continue;
		p += n + 2;
		return f->n == FUZZ_OWNED_MAX ? NULL : own(f, strndup(p, (size_t)(end - p)));
	}
	return NULL;
}

void fuzz_poison(void *p, size_t n)
{
	memset(p, FUZZ_POISON, n);
}

bool fuzz_untouched(const void *p, size_t n)
{
	const unsigned char *byte = p;

	while (n && *byte == FUZZ_POISON) {
		byte++;
		n--;
	}
	return n == 0;
}

bool fuzz_is_clean(const char *text, const char *but, bool ascii)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (((c < 0x20 || c == 0x7f) && !strchr(but, c)) || (ascii && c > 0x7f))
			return false;
	}
	return true;
}

void fuzz_broken(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}
