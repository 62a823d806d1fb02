/**
 * @file numbers.h  Who calls and what is dialled
 */
#ifndef NUMBERS_H
#define NUMBERS_H

#include <stddef.h>

enum { NUMBERS_LINES = 2 };

/** What the webhook's reports are known by. */
#define NUMBERS_SMS_KEY "key-of-the-webhook"

/** Draw what stays the same during a history. */
void numbers_begin(void);

/** @return sms.on_unknown of a line, "" = by default */
const char *numbers_on_unknown(unsigned line);

/** A caller of such a kind. @return the kind, as numbers_draw() does */
char numbers_of(char kind, unsigned line, const char **number, const char **did);

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
