/* What this machine needs for the least of what a call consists of: figures of two machines are
 * compared with these. */
#include "bench.h"
#include "stats.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	EXCHANGES = 1000,
	PAUSE_US = 5000, /* the other process sleeps before each */
	DATAGRAM = 172,	 /* bytes: 20 ms of G.711 and the RTP header */
	PATIENCE_S = 1,
	READS = 2000000,
	TABLE = 64 << 20, /* bytes: no cache holds them */
	STRIDE = 64,	  /* bytes of a cache line */
};

static int open_socket(struct sockaddr_in *local)
{
	const struct timeval patience = {.tv_sec = PATIENCE_S};
	socklen_t len = sizeof(*local);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*local =
	    (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (fd >= 0 && (bind(fd, (struct sockaddr *)local, len) ||
			getsockname(fd, (struct sockaddr *)local, &len) ||
			setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Sends everything back, until nothing comes any more. */
static void echo(int fd)
{
	struct sockaddr_in from;
	char datagram[DATAGRAM];
	ssize_t n;

	for (;;) {
		socklen_t len = sizeof(from);

		n = recvfrom(fd, datagram, sizeof(datagram), 0, (struct sockaddr *)&from, &len);
		if (n < 0 || sendto(fd, datagram, (size_t)n, 0, (struct sockaddr *)&from, len) < 0)
			return;
	}
}

static int exchange(int fd, const struct sockaddr_in *peer, struct samples *samples)
{
	char datagram[DATAGRAM] = {0};

	for (int i = 0; i < EXCHANGES; i++) {
		int64_t sent_us;

		usleep(PAUSE_US);
		sent_us = loop_now_us();
		if (sendto(fd, datagram, sizeof(datagram), 0, (const struct sockaddr *)peer,
			   sizeof(*peer)) < 0 ||
		    recv(fd, datagram, sizeof(datagram), 0) < 0)
			return errno;
		samples_add(samples, loop_now_us() - sent_us);
	}
	return 0;
}

/* A datagram to another process and back. */
static int measure_exchange(void)
{
	struct samples samples = {0};
	struct sockaddr_in here, there;
	int ours = open_socket(&here), theirs = open_socket(&there);
	pid_t child = ours < 0 || theirs < 0 ? -1 : fork();
	int err = child < 0 ? errno : 0;

	if (child == 0) {
		echo(theirs);
		_exit(0);
	}
	if (!err)
		err = exchange(ours, &there, &samples);
	if (child > 0) {
		kill(child, SIGTERM);
		waitpid(child, NULL, 0);
	}
	if (!err)
		samples_report(&samples, "machine_exchange");
	samples_free(&samples);
	close(ours);
	close(theirs);
	return err;
}

/* Each read says where the next one is, so that none can begin before; the next is never near. */
static int measure_miss(void)
{
	const size_t n = TABLE / STRIDE, per = STRIDE / sizeof(size_t);
	size_t *table = malloc(TABLE), at = 0;
	int64_t began_us;

	if (!table)
		return ENOMEM;
	for (size_t i = 0; i < n; i++)
		table[i * per] = (i * 1103515245 + 12345) % n * per;
	began_us = loop_now_us();
	for (int i = 0; i < READS; i++)
		at = table[at];
	printf("machine_miss_ns %.0f\nmachine_miss_at %zu\n",
	       (double)(loop_now_us() - began_us) * 1000 / READS, at);
	free(table);
	return 0;
}

int machine_measure(struct bench *bench)
{
	int err = measure_exchange();

	(void)bench;
	return err ? err : measure_miss();
}
