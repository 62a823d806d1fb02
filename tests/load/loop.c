#include "loop.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum {
	EVENTS_MAX = 64,
	TIMERS_MAX = 1 << 16,
};

struct loop {
	int epoll_fd;
	int timer_fd;
	int64_t armed_us;
	bool stop;
	size_t ntimers;
	struct loop_timer *heap[TIMERS_MAX + 1]; /* heap[1] is due first */
};

int64_t loop_now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int loop_alloc(struct loop **loopp)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
	struct loop *loop = calloc(1, sizeof(*loop));
	int err = 0;

	if (!loop)
		return ENOMEM;

	loop->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->timer_fd < 0 || loop->epoll_fd < 0 ||
	    epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, loop->timer_fd, &event) < 0)
		err = errno;

	if (err)
		loop_free(loop);
	else
		*loopp = loop;
	return err;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	if (loop->epoll_fd >= 0)
		close(loop->epoll_fd);
	if (loop->timer_fd >= 0)
		close(loop->timer_fd);
	free(loop);
}

int loop_watch(struct loop *loop, struct loop_fd *fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = fd};

	return epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd->fd, &event) < 0 ? errno : 0;
}

static void put(struct loop *loop, size_t place, struct loop_timer *timer)
{
	loop->heap[place] = timer;
	timer->place = place;
}

/* Moves the timer from a place with a free path up or down to where the heap is in order. */
static void settle(struct loop *loop, size_t place, struct loop_timer *timer)
{
	while (place > 1 && loop->heap[place / 2]->due_us > timer->due_us) {
		put(loop, place, loop->heap[place / 2]);
		place /= 2;
	}
	for (;;) {
		size_t child = 2 * place;

		if (child < loop->ntimers &&
		    loop->heap[child + 1]->due_us < loop->heap[child]->due_us)
			child++;
		if (child > loop->ntimers || loop->heap[child]->due_us >= timer->due_us)
			break;
		put(loop, place, loop->heap[child]);
		place = child;
	}
	put(loop, place, timer);
}

void loop_timer_set(struct loop *loop, struct loop_timer *timer, int64_t due_us)
{
	if (!timer->place) {
		if (loop->ntimers == TIMERS_MAX)
			abort(); /* more timers than calls and streams: a fault of this program */
		timer->place = ++loop->ntimers;
	}
	timer->due_us = due_us;
	settle(loop, timer->place, timer);
}

void loop_timer_clear(struct loop *loop, struct loop_timer *timer)
{
	size_t place = timer->place;
	struct loop_timer *last;

	if (!place)
		return;
	timer->place = 0;
	last = loop->heap[loop->ntimers--];
	if (last != timer)
		settle(loop, place, last);
}

static void run_due(struct loop *loop)
{
	int64_t now = loop_now_us();

	while (!loop->stop && loop->ntimers && loop->heap[1]->due_us <= now) {
		struct loop_timer *timer = loop->heap[1];

		loop_timer_clear(loop, timer);
		timer->handler(timer->arg);
	}
}

static void arm(struct loop *loop)
{
	struct itimerspec when = {0};
	int64_t due = loop->ntimers ? loop->heap[1]->due_us : 0;

	if (due == loop->armed_us)
		return;
	loop->armed_us = due;
	when.it_value.tv_sec = (time_t)(due / 1000000);
	when.it_value.tv_nsec = (long)(due % 1000000) * 1000;
	timerfd_settime(loop->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

static void timer_expired(struct loop *loop)
{
	uint64_t times;

	if (read(loop->timer_fd, &times, sizeof(times)) > 0)
		loop->armed_us = 0;
}

int loop_run(struct loop *loop)
{
	struct epoll_event events[EVENTS_MAX];

	loop->stop = false;
	while (!loop->stop) {
		int n;

		run_due(loop);
		if (loop->stop)
			break;
		arm(loop);
		n = epoll_wait(loop->epoll_fd, events, EVENTS_MAX, -1);
		if (n < 0)
			return errno;
		for (int i = 0; i < n; i++) {
			struct loop_fd *fd = events[i].data.ptr;

			if (fd)
				fd->handler(fd->arg);
			else
				timer_expired(loop);
		}
	}
	return 0;
}

void loop_stop(struct loop *loop)
{
	loop->stop = true;
}
