/* One thread: sockets by epoll, timers by one timerfd; the clock is CLOCK_MONOTONIC in µs. */
#ifndef LOAD_LOOP_H
#define LOAD_LOOP_H

#include <stddef.h>
#include <stdint.h>

struct loop;

typedef void(loop_timer_h)(void *arg);
typedef void(loop_fd_h)(void *arg);

/* Embedded in its owner; zeroed = not set. */
struct loop_timer {
	loop_timer_h *handler;
	void *arg;
	int64_t due_us;
	size_t place; /* in the heap, from 1; 0: not set */
};

/* Embedded in its owner, which outlives the loop's use of it. */
struct loop_fd {
	loop_fd_h *handler;
	void *arg;
	int fd;
};

int loop_alloc(struct loop **loopp);
void loop_free(struct loop *loop);

int64_t loop_now_us(void);

/* Calls the handler whenever the descriptor (non-blocking) can be read; closing it ends that. */
int loop_watch(struct loop *loop, struct loop_fd *fd);

/* Sets or moves a timer; it fires once. */
void loop_timer_set(struct loop *loop, struct loop_timer *timer, int64_t due_us);
void loop_timer_clear(struct loop *loop, struct loop_timer *timer);

/* Runs until loop_stop(): 0, or EINTR after a signal that has a handler. */
int loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

#endif
