/**
 * @file tell.h  The history as a list that people can read, and what was found wrong in it
 */
#ifndef TELL_H
#define TELL_H

#include <stdbool.h>
#include <stdint.h>

/** Forget everything. */
void tell_begin(void);

/** Add a line, with the time before it and indented by how deep it happened. */
__attribute__((format(printf, 1, 2))) void tell(const char *fmt, ...);

/** A rule does not hold: the first one is kept, and ends the history. */
__attribute__((format(printf, 1, 2))) void broken(const char *fmt, ...);

/** @return what was found wrong, NULL if nothing */
const char *tell_complaint(void);

/** Print the list to stdout. */
void tell_print(void);

/** @return digest of the list: histories of one seed have the same */
uint64_t tell_digest(void);

/** Whether the service's own log goes into the list too. */
void tell_log(bool on);

#endif
