/**
 * @file media_calls.h  Which legs rtpengine has calls of
 */
#ifndef MEDIA_CALLS_H
#define MEDIA_CALLS_H

#include <stdbool.h>
#include <stddef.h>

#include "ng.h"

enum {
	/** More ids of legs would not fit the datagram of the reply; rtpengine lists no further
	 * than it is told, in no order, and cannot go on from there (call_interfaces.c,
	 * ng_list_calls()). */
	MEDIA_CALLS_MAX = 2800,
};

struct media_calls;

/**
 * Ask for the calls that there are. Those whose ids are none of a leg are left out.
 *
 * @param cp  Result, written only on success; free with media_calls_free()
 *
 * @return 0, ENOMEM, else as ng_call()
 */
__attribute__((warn_unused_result)) int media_calls_list(struct media_calls **cp, struct ng *ng);

/** @param c  May be NULL */
void media_calls_free(struct media_calls *c);

/** @return number of calls */
size_t media_calls_len(const struct media_calls *c);

/** @return id of the n-th, by id */
const char *media_calls_at(const struct media_calls *c, size_t n);

/** Take a leg's call off the list. */
void media_calls_strike(struct media_calls *c, const char *leg);

/** @return whether a leg's call is among them */
bool media_calls_have(const struct media_calls *c, const char *leg);

/**
 * Ask for one leg's call. That there is none is no failure of a command.
 *
 * @param known  Written only on success
 *
 * @return 0, else as ng_call()
 */
__attribute__((warn_unused_result)) int media_calls_know(struct ng *ng, const char *leg,
							 bool *known);

/** End a call of which there is no leg. @return 0, ENOENT there is none, else as ng_call() */
__attribute__((warn_unused_result)) int media_calls_delete(struct ng *ng, const char *leg);

#endif
