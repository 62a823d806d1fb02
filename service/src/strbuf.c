/**
 * @file strbuf.c  String builder with a maximum
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strbuf.h"

enum {
	CAP_FIRST = 128, /* bytes */
};

static int fail(struct strbuf *b, int err)
{
	strbuf_free(b);
	b->err = err;
	return err;
}

/* Make room for n more bytes and the NUL. */
static int reserve(struct strbuf *b, size_t n)
{
	size_t need, cap;
	char *p;

	if (b->err)
		return b->err;
	if (n > b->max - b->len)
		return fail(b, ENOSPC);
	need = b->len + n + 1;
	if (need <= b->cap)
		return 0;
	cap = need > b->cap * 2 ? need : b->cap * 2;
	cap = cap < CAP_FIRST ? CAP_FIRST : cap;
	p = realloc(b->p, cap);
	if (!p)
		return fail(b, ENOMEM);
	b->p = p;
	b->cap = cap;
	return 0;
}

void strbuf_init(struct strbuf *b, size_t max)
{
	*b = (struct strbuf){.max = max};
}

int strbuf_add(struct strbuf *b, const void *p, size_t n)
{
	if (reserve(b, n))
		return b->err;
	if (n)
		memcpy(b->p + b->len, p, n);
	b->len += n;
	b->p[b->len] = '\0';
	return 0;
}

int strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return fail(b, ENOMEM);
	if (reserve(b, (size_t)n))
		return b->err;

	va_start(ap, fmt);
	vsnprintf(b->p + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
	return 0;
}

int strbuf_take(struct strbuf *b, char **p)
{
	if (strbuf_add(b, "", 0))
		return b->err;
	*p = b->p;
	strbuf_init(b, b->max);
	return 0;
}

void strbuf_free(struct strbuf *b)
{
	free(b->p);
	strbuf_init(b, b->max);
}
