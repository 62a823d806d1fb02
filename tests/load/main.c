/* loadgen: calls an ExecLine server the way many phones would, and prints what it measured. */
#include "bench.h"
#include "rtp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage_text[] =
    "usage: loadgen machine|latency|rate|advance|wait|storm [--option value]…\n"
    "  machine  what a datagram to another process, and a read from memory, take here\n"
    "  latency  INVITE→200 at a constant mean rate\n"
    "  rate     the highest rate without a failed call\n"
    "  advance  BYE of the seated member → the next member hears the host\n"
    "  wait     callers that wait, steered by lines on stdin\n"
    "  storm    a crowd that hangs up within seconds while others arrive, likewise\n"
    "prints 'name value' lines; exit 0: no call failed, 1: some did, 2: it could not run\n";

static const struct measure {
	const char *name;
	int (*run)(struct bench *bench);
} measures[] = {
    {"machine", machine_measure}, {"latency", latency_measure}, {"rate", rate_measure},
    {"advance", advance_measure}, {"wait", wait_measure},	{"storm", storm_measure},
};

/* X(option, bench_options member, conversion, default, help) */
#define NUMBERS(X)                                                                                 \
	X(did, to_u64, "15556000000", "DID of the first line")                                     \
	X(host, to_u64, "15556010000", "number of the first line's host")                          \
	X(caller, to_u64, "15570000000", "number of the first caller")                             \
	X(lines, to_unsigned, "32", "how many lines there are")                                    \
	X(seed, to_unsigned, "1", "of the random arrivals")                                        \
	X(rate, to_double, "100", "calls/s; of the measure rate: where the search begins")         \
	X(rate_max, to_double, "2000", "calls/s where the search ends")                            \
	X(seconds, to_double, "60", "of one run of traffic")                                       \
	X(warmup, to_double, "5", "seconds before latency counts")                                 \
	X(hold, to_double, "1", "seconds a call is up, on average")                                \
	X(advances, to_unsigned, "500", "how often the seated member hangs up")                    \
	X(hanging, to_unsigned, "0", "of latency: port of an SMS provider that says nothing")      \
	X(waiting, to_unsigned, "50", "callers on hold")                                           \
	X(stay, to_unsigned, "50", "of storm: callers who do not hang up in it")                   \
	X(cancels, to_unsigned, "10", "of storm: each nth arrival gives up before the answer")     \
	X(in_order, to_unsigned, "0", "of storm: 1: they hang up in the order of arrival")         \
	X(quiet, to_unsigned, "10", "of storm: who waits sends each nth frame")

static bool to_u64(const char *text, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(text, &end, 10);
	return !errno && end != text && !*end && *text != '-';
}

static bool to_unsigned(const char *text, unsigned *out)
{
	uint64_t value;

	if (!to_u64(text, &value) || value > 10000000)
		return false;
	*out = (unsigned)value;
	return true;
}

static bool to_double(const char *text, double *out)
{
	char *end;

	*out = strtod(text, &end);
	return end != text && !*end && *out >= 0 && *out <= 1e6;
}

static bool to_address(const char *text, struct sockaddr_in *out)
{
	char ip[INET_ADDRSTRLEN];
	const char *colon = strchr(text, ':');
	unsigned port;

	*out = (struct sockaddr_in){.sin_family = AF_INET};
	if (!colon || !to_unsigned(colon + 1, &port) || port > UINT16_MAX)
		return false;
	snprintf(ip, sizeof(ip), "%.*s", (int)(colon - text), text);
	out->sin_port = htons((uint16_t)port);
	return inet_pton(AF_INET, ip, &out->sin_addr) == 1;
}

static void help(void)
{
	fputs(usage_text, stderr);
	fprintf(stderr, "  --server ip:port (127.0.0.1:5060), --local ip (127.0.0.2)\n");
#define X(name, convert, standard, text)                                                           \
	fprintf(stderr, "  --%-9s %s (%s)\n", #name, text, standard);
	NUMBERS(X)
#undef X
}

static bool set(struct bench_options *opt, const char *name, const char *value)
{
	if (!strcmp(name, "server"))
		return to_address(value, &opt->server);
	if (!strcmp(name, "local")) {
		opt->local = value;
		return true;
	}
#define X(member, convert, standard, text)                                                         \
	if (!strcmp(name, #member))                                                                \
		return convert(value, &opt->member);
	NUMBERS(X)
#undef X
	return false;
}

static bool parse(struct bench_options *opt, int argc, char **argv)
{
	opt->local = "127.0.0.2";
	set(opt, "server", "127.0.0.1:5060");
#define X(member, convert, standard, text) set(opt, #member, standard);
	NUMBERS(X)
#undef X
	for (int i = 0; i < argc; i += 2) {
		if (i + 1 == argc || strncmp(argv[i], "--", 2) != 0 ||
		    !set(opt, argv[i] + 2, argv[i + 1])) {
			fprintf(stderr, "loadgen: %s: unknown, or its value is not allowed\n",
				argv[i]);
			return false;
		}
	}
	return opt->lines > 0 && opt->rate > 0;
}

/* A handler is enough: epoll_wait() returns, the measure ends, calls are hung up. */
static void on_signal(int number)
{
	(void)number;
}

static int run(const struct measure *measure, const struct bench_options *opt)
{
	const struct ua_options ua_opt = {
	    .local = opt->local,
	    .server = opt->server,
	    .run = (unsigned)loop_now_us() ^ (unsigned)getpid() << 16,
	};
	struct bench bench = {.opt = opt};
	int sink = -1;
	int err = loop_alloc(&bench.loop);

	if (!err)
		err = ua_alloc(&bench.ua, bench.loop, &ua_opt);
	if (!err)
		err = rtp_sink_open(opt->local, &bench.sink_port, &sink);
	if (!err) {
		memcpy(bench.random, &opt->seed, sizeof(opt->seed));
		err = measure->run(&bench);
	}
	ua_free(bench.ua);
	loop_free(bench.loop);
	if (sink >= 0)
		close(sink);
	return err;
}

int main(int argc, char **argv)
{
	const struct sigaction action = {.sa_handler = on_signal};
	const struct measure *measure = NULL;
	struct bench_options opt = {0};
	int err;

	for (size_t i = 0; i < sizeof(measures) / sizeof(*measures); i++) {
		if (argc > 1 && !strcmp(argv[1], measures[i].name))
			measure = &measures[i];
	}
	if (!measure || !parse(&opt, argc - 2, argv + 2)) {
		help();
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	err = run(measure, &opt);
	if (err && err != EPROTO)
		fprintf(stderr, "loadgen: %s\n", strerror(err));
	return err == EPROTO ? 1 : err ? 2 : 0;
}
