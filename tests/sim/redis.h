/**
 * @file redis.h  A Redis of the simulator's own, and what it sees there
 */
#ifndef REDIS_H
#define REDIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

enum { REDIS_LEGS_MAX = 64 };

/** A leg as it stands in Redis; strings belong to the look. */
struct seen {
	const char *leg, *line, *state, *place, *role, *want, *applied, *bye, *offer;
};

/** What look.lua shows. */
struct look {
	char *text; /* what `legs` points into */
	struct seen legs[REDIS_LEGS_MAX];
	size_t n;
};

/** Start the server, on a port of 127.0.0.1. @return the way to it; ends the program on failure */
struct store *redis_start(void);

void redis_stop(void);

/** @return its port, which no other simulator on this host has */
uint16_t redis_port(void);

/** Empty it, for the next history. */
void redis_clear(void);

/** Take the service's library of functions away from it. */
void redis_forget_functions(void);

/** See what is there, by the clock of the history; complains about rules that do not hold. */
void redis_look(struct look *l);

void redis_look_free(struct look *l);

/** Be away for so long: no command of a process gets there. */
void redis_be_away(unsigned ms);

bool redis_is_away(void);

/** @return the first element of a list, to be freed; NULL if there is none */
char *redis_first(const char *key);

/** A message's row. */
struct row {
	char status[16]; /**< "" = there is none */
	int64_t claim, doubts, created_at;
};

void redis_row(const char *id, struct row *row);

/** @return number of messages of a line that are not out yet */
int64_t redis_unsent(const char *line);

/** @return true if a leg is there and has not ended */
bool redis_has_leg(const char *leg);

/** For each message of a line, in order. */
void redis_messages(const char *line, void (*each)(const char *id, const struct row *row));

/** For each key that there is. */
void redis_keys(void (*each)(const char *key));

#endif
