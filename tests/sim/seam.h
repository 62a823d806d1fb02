/**
 * @file seam.h  Where the code under test leaves its process: what can happen there
 *
 * At each seam the process may be killed (from then on nothing it does has an effect, and every
 * call of it fails), or others may go on while it waits.
 */
#ifndef SEAM_H
#define SEAM_H

#include <stdbool.h>

struct proc;

/** Seams: enumerator, name for people. */
#define SEAMS(X)                                                                                   \
	X(SEAM_STORE, "a script")                                                                  \
	X(SEAM_JOURNAL, "the journal")                                                             \
	X(SEAM_AWAIT, "the wait for an answer")                                                    \
	X(SEAM_NG, "a question to rtpengine")                                                      \
	X(SEAM_MEDIA, "a command to rtpengine")                                                    \
	X(SEAM_HTTP, "an HTTP request")

enum seam {
#define X(id, name) id,
	SEAMS(X)
#undef X
	    SEAM_COUNT
};

/** Begin a history: no process is at work. */
void seam_begin(void);

/** Code of a process begins to run; seam_leave() ends that. They nest. */
struct proc *seam_enter(struct proc *p);

/** @param before  What seam_enter() returned */
void seam_leave(struct proc *p, struct proc *before);

/** @return whose code is running; NULL: nobody's, the simulator's own */
struct proc *seam_process(void);

/** @return how many processes wait at a seam while others go on */
unsigned seam_depth(void);

/** Just before something leaves. @return false: the process is dead, nothing leaves */
bool seam_before(enum seam at);

/** When it has had its effect. @return false: the process is dead, it never hears of it */
bool seam_after(enum seam at);

/** Let others go on while the code that runs waits. */
void seam_wait(void (*others)(struct proc *waiting));

/** Whoever comes to the n-th seam from now on is killed there, 0 = nobody. */
void seam_kill_at(unsigned n);

/** @return processes killed at a seam since the program began */
unsigned seam_kills(enum seam at);

#endif
