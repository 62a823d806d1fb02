/* INVITE→200 at a constant mean rate; if wanted, beside an SMS provider that hangs. */
#include "traffic.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096 };

/* A server that hangs needs no program: the kernel takes connections, and nobody reads them. */
static int hang(unsigned port, int *fdp)
{
	const struct sockaddr_in self = {
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int err = 0;

	if (fd < 0)
		return errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)&self, sizeof(self)) < 0 || listen(fd, BACKLOG) < 0)
		err = errno;
	if (err)
		close(fd);
	else
		*fdp = fd;
	return err;
}

int latency_measure(struct bench *bench)
{
	const struct bench_options *opt = bench->opt;
	struct samples setup = {0};
	const struct traffic_plan warmup = {.rate = opt->rate, .seconds = opt->warmup};
	const struct traffic_plan measured = {
	    .rate = opt->rate, .seconds = opt->seconds, .setup = &setup};
	struct usage usage;
	int fd = -1, err = opt->hanging ? hang(opt->hanging, &fd) : 0;

	if (!err)
		err = traffic_run(bench, &warmup);
	if (err)
		goto out;
	usage_start(&usage);
	err = traffic_run(bench, &measured);
	if (err)
		goto out;
	printf("latency_rate %.0f\n", opt->rate);
	usage_report(&usage, "latency");
	bench_report(bench, "latency");
	samples_report(&setup, "latency");
	if (ua_failed(bench->ua))
		err = EPROTO;
out:
	if (fd >= 0)
		close(fd);
	samples_free(&setup);
	return err;
}
