/**
 * @file strbuf.h  String builder with a maximum, so that no input can make it grow without end
 */
#ifndef STRBUF_H
#define STRBUF_H

#include <stddef.h>

struct strbuf {
	char *p;    /**< NUL-terminated once something was added, else NULL */
	size_t len; /**< bytes, without the NUL */
	size_t cap; /**< bytes allocated */
	size_t max; /**< most bytes it may hold, without the NUL */
	int err;    /**< first failure, ENOSPC or ENOMEM; from then on it is empty and stays so */
};

/** Start an empty builder of at most max bytes. Nothing is allocated yet. */
void strbuf_init(struct strbuf *b, size_t max);

/** Append n bytes. @return b->err */
int strbuf_add(struct strbuf *b, const void *p, size_t n);

/** Append formatted text. @return b->err */
__attribute__((format(printf, 2, 3))) int strbuf_addf(struct strbuf *b, const char *fmt, ...);

/**
 * Hand the text over to the caller and empty the builder.
 *
 * @param b  Builder; one to which nothing was added gives ""
 * @param p  Text, written only on success; free with free()
 *
 * @return b->err or ENOMEM
 */
__attribute__((warn_unused_result)) int strbuf_take(struct strbuf *b, char **p);

/** Free the text; the builder is as strbuf_init() left it. */
void strbuf_free(struct strbuf *b);

#endif
