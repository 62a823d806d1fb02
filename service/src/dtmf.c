/**
 * @file dtmf.c  Digits that callers press
 *
 * rtpengine daemon/dtmf.c: {"callid","source_tag","source_label","event",...}, sent when the digit
 * has ended. Our call ids are ours, so that what rtpengine does not escape there needs no escaping.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "dtmf.h"
#include "json.h"
#include "keypad.h"
#include "log.h"
#include "media_query.h"
#include "net.h"

struct dtmf {
	struct store *store;
	const char *secret;
	int fd;
	int64_t number; /* of the last press */
	atomic_bool stop;
	pthread_t thread;
};

/* A connected leg's digit is also reported for the leg it goes to, from its inner side. */
static bool is_callers(const struct json *o)
{
	const char *tag = json_str(json_get(o, "source_tag"));

	return tag && strcmp(tag, MEDIA_OUTER_TAG) == 0;
}

/* No two presses have the same, and another process, that has been started since, has higher ones.
 */
static int64_t next_number(struct dtmf *d)
{
	const int64_t now = clock_now_ms();

	d->number = now > d->number ? now : d->number + 1;
	return d->number;
}

/* The side's label is its line (media.c), so that the leg can be found. */
static void digit(struct dtmf *d, const char *datagram, size_t len)
{
	struct keypad_press press = {.way = "event", .number = next_number(d)};
	enum line_outcome outcome;
	struct json *o = NULL;
	int64_t event;
	int err = 0;

	if (json_parse(datagram, len, &o)) {
		log_warn("dtmf_unreadable", LOG_I("bytes", len));
		return;
	}
	press.leg = json_str(json_get(o, "callid"));
	press.line = json_str(json_get(o, "source_label"));
	if (json_int(json_get(o, "event"), &event) == 0)
		press.key = keypad_of_event(event);
	if (press.leg && press.line && line_id_valid(press.line) && is_callers(o) && press.key)
		err = keypad_pressed(d->store, d->secret, &press, &outcome);
	if (err)
		log_warn("dtmf_lost", LOG_S("line", press.line), LOG_S("leg", press.leg),
			 LOG_E("error", err));
	json_free(o);
}

static void *run(void *arg)
{
	struct dtmf *d = arg;
	char datagram[DTMF_DATAGRAM_MAX];

	while (!atomic_load(&d->stop)) {
		ssize_t n = recv(d->fd, datagram, sizeof(datagram), 0);

		if (n > 0)
			digit(d, datagram, (size_t)n);
	}
	return NULL;
}

int dtmf_start(struct dtmf **dp, struct store *store, const char *secret, uint16_t port)
{
	const struct sockaddr_in here = {
	    .sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct dtmf *d = calloc(1, sizeof(*d));
	int err = 0;

	if (!d)
		return ENOMEM;
	d->store = store;
	d->secret = secret;
	d->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (d->fd < 0 || net_share(d->fd) ||
	    bind(d->fd, (const struct sockaddr *)&here, sizeof(here)))
		err = errno;
	else
		err = pthread_create(&d->thread, NULL, run, d);
	if (err) {
		if (d->fd >= 0)
			close(d->fd);
		free(d);
	} else {
		*dp = d;
	}
	return err;
}

void dtmf_stop(struct dtmf *d)
{
	if (!d)
		return;
	atomic_store(&d->stop, true);
	shutdown(d->fd, SHUT_RDWR); /* wakes recv() also on an unconnected socket (Linux) */
	pthread_join(d->thread, NULL);
	close(d->fd);
	free(d);
}
