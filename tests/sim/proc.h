/**
 * @file proc.h  execlined's processes: the only file that knows how main.c puts the parts together
 * and what a turn of worker.c is
 */
#ifndef PROC_H
#define PROC_H

#include <stdbool.h>

#include "http.h"

struct proc;
struct store;

/** EXECLINE_SMS_MAX_AGE_S of all of them: short, so that some messages get as old. */
enum { PROC_SMS_AGE_S = 60 };

/** Begin a history: there is no process. @param s  Of all processes */
void proc_begin(struct store *s);

/** Start one. */
struct proc *proc_start(void);

/** Kill it: nothing it does from now on has an effect. */
void proc_kill(struct proc *p);

/** @return how often a process was killed or stopped in this history */
unsigned proc_troubles(void);

/** Free the dead ones that no code of theirs is running in any more. */
void proc_bury(void);

/** Free all. */
void proc_end(void);

/** Code of it begins (1) or ends (-1) to run. */
void proc_entered(struct proc *p, int by);

/** Stop it (SIGSTOP): it neither does anything nor hears of anything until it goes on. */
void proc_stop(struct proc *p, bool stop);

bool proc_is_stopped(const struct proc *p);

/** @return true from a stop until the end of the turn in which it was: it may have a lease that has
 * passed on, and has not said yet what it has done since (docs/reliability.md: if it dies then,
 * nobody knows) */
bool proc_is_late(const struct proc *p);

bool proc_is_dead(const struct proc *p);

/** @return true while its consumer is in a turn */
bool proc_at_work(const struct proc *p);

/** @return its owner's name in leases */
const char *proc_name(const struct proc *p);

/** @return how many are alive, and not stopped */
unsigned proc_count(void);

/** @return the n-th of them */
struct proc *proc_nth(unsigned n);

/** One turn of its worker: lease, journal, what is due. */
void proc_turn(struct proc *p);

/** A request to one of its HTTP handlers. @param rep  Filled unless the process died meanwhile */
void proc_request(struct proc *p, httpd_h *handler, const struct httpd_request *req,
		  struct httpd_reply *rep);

/** Create or replace a line. @param config  JSON, as the API takes it */
bool proc_put_line(struct proc *p, const char *line, const char *config);

/** @return the shard's tag in Redis; all lines of a history are in it */
const char *proc_tag(void);

/** @return id of the n-th line of a history */
const char *proc_line(unsigned n);

#endif
