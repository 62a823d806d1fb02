/**
 * @file lines.h  The lines there are, and which one a dialled number belongs to
 *
 * A number belongs to one line at most. The numbers live in a hash slot of their own, the lines in
 * their shards, so creating a line claims its numbers first and writes the line then. Each claim
 * has a moment of its own, which goes with the line: of several writes at the same time those that
 * were overtaken begin anew, and nobody gives back what was claimed after them. What a process
 * remembers of the numbers is only a hint: `join` checks it, and says when the number has moved.
 */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>

#include "line.h"
#include "lineconf.h"

struct lines;

/** @return 0, ENOMEM */
__attribute__((warn_unused_result)) int lines_alloc(struct lines **lp, struct store *store);

void lines_free(struct lines *l);

/**
 * The line that a dialled number belongs to.
 *
 * @param did    E.164
 * @param fresh  Do not trust what was remembered
 * @param line   Result, written only on success
 *
 * @return 0, ENOENT no line has it, else as store_run()
 */
__attribute__((warn_unused_result)) int lines_find(struct lines *l, const char *did, bool fresh,
						   char line[LINE_ID_BUF]);

/**
 * Create a line or replace its configuration.
 *
 * @param created  Whether it is new
 * @param why      With EEXIST: which number belongs to which line
 *
 * @return 0, EEXIST a number belongs to another line, ECANCELED others write it all the time,
 * ENOMEM, else as store_run()
 */
__attribute__((warn_unused_result)) int lines_put(struct lines *l, const char *line,
						  const struct lineconf *conf, bool *created,
						  char why[JSON_WHY_MAX]);

/** Read a line. @return 0, ENOENT; lineconf_free() `conf` in any case */
__attribute__((warn_unused_result)) int lines_get(struct lines *l, const char *line,
						  struct lineconf *conf);

/** Delete a line. @return 0, ENOENT, EBUSY somebody is on it */
__attribute__((warn_unused_result)) int lines_delete(struct lines *l, const char *line);

/** Called for each line, in order of shard and name; a result other than 0 ends the walk. */
typedef int(lines_h)(const char *line, const char *config, void *arg);

/** Walk over all lines. @return 0, what the handler returned, else as store_run() */
__attribute__((warn_unused_result)) int lines_each(struct lines *l, lines_h *handler, void *arg);

#endif
