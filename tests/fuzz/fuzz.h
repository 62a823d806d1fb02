/**
 * @file fuzz.h  What the fuzz targets share: an input and its parts, and what must hold
 *
 * An input is text in parts with a line "%%" between them, so that people can read and write it.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FUZZ_OWNED_MAX = 128, /**< parts handed out of one input; it has no more then */
	FUZZ_POISON = 0xa5,
};

struct fuzz {
	const char *at, *end; /**< what is left of the input; NULL = nothing */
	void *owned[FUZZ_OWNED_MAX];
	size_t n;
};

/** A target: look at one input. @return whether the product has taken it, rather than refused */
bool fuzz_one(struct fuzz *f);

/** @return whether the input has another part */
bool fuzz_more(const struct fuzz *f);

/** @return the next part, in an allocation of just its size, so that whoever reads on is caught;
 *  empty if there is none. Belongs to the input. */
const char *fuzz_bytes(struct fuzz *f, size_t *len);

/** @return likewise, as text: what stands before its first NUL */
const char *fuzz_text(struct fuzz *f);

/** @return a copy that lives as long as the input */
const char *fuzz_keep(struct fuzz *f, const char *text);

/** @return value of a line "name: value" in a text (no case in names), NULL if there is none */
const char *fuzz_lookup(struct fuzz *f, const char *lines, const char *name);

/** Fill n bytes so that fuzz_untouched() can tell. */
void fuzz_poison(void *p, size_t n);

/** @return whether nothing has been written there since fuzz_poison() */
bool fuzz_untouched(const void *p, size_t n);

/** @return whether a text has no control character but those given, nor any byte beyond ASCII if
 *  `ascii` */
bool fuzz_is_clean(const char *text, const char *but, bool ascii);

/** What must hold for every input. */
#define fuzz_require(condition)                                                                    \
	do {                                                                                       \
		if (!(condition))                                                                  \
			fuzz_broken(#condition, __FILE__, __LINE__);                               \
	} while (0)

__attribute__((noreturn)) void fuzz_broken(const char *what, const char *file, int line);

#endif
