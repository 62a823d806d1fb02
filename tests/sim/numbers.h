/**
 * @file numbers.h  Who calls and what is dialled
 */
#ifndef NUMBERS_H
#define NUMBERS_H

#include <stddef.h>

enum { NUMBERS_LINES = 2 };

/**
 * Draw a caller of a line: a member, a host, now and then one whose number is withheld or blocked,
 * or who has dialled what is nobody's.
 *
 * @return what is shown of them: m, h, w, b or x
 */
char numbers_draw(unsigned line, const char **number, const char **did);

/** Print a configuration of a line. */
void numbers_config(unsigned line, char *out, size_t max);

#endif
