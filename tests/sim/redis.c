/**
 * @file redis.c  A Redis of the simulator's own
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "proc.h"
#include "redis.h"
#include "store.h"
#include "store_priv.h"
#include "tell.h"
#include "vtime.h"

enum { READY_TRIES = 500, PAUSE_NS = 20000000, KEY_BUF = 160, SHA_BUF = 41, SCRIPT_MAX = 16384 };

static const char LOOK[] = "tests/sim/look.lua";
static struct store *store;
static pid_t server;
static uint16_t port;
static char look_sha[SHA_BUF];
static int64_t away_until;

static void die(const char *what)
{
	fprintf(stderr, "sim: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static struct store_reply *command(const char *const *argv, int argc)
{
	struct store_reply *r = NULL;
	const struct store_command cmd = {.argv = argv, .argc = argc};

	if (store_command(store, &cmd, &r)) {
		fprintf(stderr, "sim: %s: %s\n", argv[0], store_reply_str(r));
		exit(EXIT_FAILURE);
	}
	return r;
}

#define COMMAND(...)                                                                               \
	command((const char *const[]){__VA_ARGS__},                                                \
		sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* ----- the server ----- */

static uint16_t free_port(void)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) ||
	    getsockname(fd, (struct sockaddr *)&sa, &size))
		die("no port");
	close(fd);
	return ntohs(sa.sin_port);
}

static void run_server(void)
{
	char text[8];

	snprintf(text, sizeof(text), "%u", port);
	server = fork();
	if (server < 0)
		die("fork");
	if (server > 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execlp("redis-server", "redis-server", "--port", text, "--bind", "127.0.0.1", "--save", "",
	       "--appendonly", "no", "--loglevel", "warning", "--logfile", "/dev/null", "--dir",
	       "/tmp", (char *)NULL);
	_exit(127);
}

static void load_look(void)
{
	static char text[SCRIPT_MAX];
	FILE *f = fopen(LOOK, "r");
	struct store_reply *r;
	size_t n;

	if (!f)
		die(LOOK);
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	r = COMMAND("SCRIPT", "LOAD", text);
	snprintf(look_sha, sizeof(look_sha), "%s", store_reply_str(r));
	store_reply_free(r);
}

struct store *redis_start(void)
{
	struct store_options opt = {"127.0.0.1", 0, ""};
	const struct timespec pause = {0, PAUSE_NS};
	int tries = 0;

	port = opt.port = free_port();
	run_server();
	if (store_alloc(&store, &opt))
		die("store");
	while (store_ping(store)) {
		if (++tries == READY_TRIES || waitpid(server, NULL, WNOHANG) == server)
			die("redis-server does not start");
		nanosleep(&pause, NULL);
	}
	load_look();
	return store;
}

uint16_t redis_port(void)
{
	return port;
}

void redis_stop(void)
{
	store_free(store);
	store = NULL;
	kill(server, SIGTERM);
	waitpid(server, NULL, 0);
}

void redis_clear(void)
{
	away_until = 0;
	store_reply_free(COMMAND("FLUSHALL", "ASYNC"));
}

void redis_forget_functions(void)
{
	store_reply_free(COMMAND("FUNCTION", "FLUSH"));
}

void redis_be_away(unsigned ms)
{
	away_until = vtime_ms() + ms;
}

bool redis_is_away(void)
{
	return vtime_ms() < away_until;
}

/* ----- what is there ----- */

static void read_legs(struct look *l, const char *text)
{
	char *rest = l->text = strdup(text), *row;

	if (!rest)
		die("strdup");
	for (l->n = 0; (row = strsep(&rest, "\n")) && *row; l->n++) {
		struct seen *s = &l->legs[l->n];
		const char **fields[] = {&s->leg,  &s->line,	&s->state, &s->place, &s->role,
					 &s->want, &s->applied, &s->bye,   &s->offer};

		if (l->n == REDIS_LEGS_MAX)
			die("too many legs");
		for (size_t f = 0; f < sizeof(fields) / sizeof(fields[0]); f++)
			*fields[f] = strsep(&row, "\t");
	}
}

void redis_look(struct look *l)
{
	char now[24];
	struct store_reply *r;
	const struct store_reply *complaints;

	snprintf(now, sizeof(now), "%lld", (long long)clock_now_ms());
	r = COMMAND("EVALSHA", look_sha, "1", proc_tag(), now);
	complaints = store_reply_at(r, 0);
	for (size_t i = 0; i < store_reply_len(complaints); i++)
		broken("%s", store_reply_str(store_reply_at(complaints, i)));
	read_legs(l, store_reply_str(store_reply_at(r, 1)));
	store_reply_free(r);
}

void redis_look_free(struct look *l)
{
	free(l->text);
	l->text = NULL;
}

char *redis_first(const char *key)
{
	struct store_reply *r = COMMAND("LINDEX", key, "0");
	char *text = NULL;

	if (store_reply_str(r)[0])
		text = strdup(store_reply_str(r));
	store_reply_free(r);
	return text;
}

void redis_row(const char *id, struct row *row)
{
	char key[KEY_BUF];
	struct store_reply *r;

	snprintf(key, sizeof(key), "%s:sms:%s", proc_tag(), id);
	r = COMMAND("HMGET", key, "status", "claim", "doubts", "created_at");
	snprintf(row->status, sizeof(row->status), "%s", store_reply_str(store_reply_at(r, 0)));
	row->claim = store_reply_int(store_reply_at(r, 1));
	row->doubts = store_reply_int(store_reply_at(r, 2));
	row->created_at = store_reply_int(store_reply_at(r, 3));
	store_reply_free(r);
}

int64_t redis_unsent(const char *line)
{
	char key[KEY_BUF];
	struct store_reply *r;
	int64_t n;

	snprintf(key, sizeof(key), "%s:sms_queue:%s", proc_tag(), line);
	r = COMMAND("LLEN", key);
	n = store_reply_int(r);
	store_reply_free(r);
	return n;
}

static void leg_field(const char *leg, const char *name, char *out, size_t max)
{
	char key[KEY_BUF];
	struct store_reply *r;

	snprintf(key, sizeof(key), "%s:leg:%s", proc_tag(), leg);
	r = COMMAND("HMGET", key, name);
	snprintf(out, max, "%s", store_reply_str(store_reply_at(r, 0)));
	store_reply_free(r);
}

bool redis_has_leg(const char *leg)
{
	char state[32];

	leg_field(leg, "state", state, sizeof(state));
	return state[0] && strcmp(state, "ended") != 0;
}

void redis_messages(const char *line, void (*each)(const char *id, const struct row *row))
{
	char key[KEY_BUF];
	struct store_reply *ids;
	struct row row;

	snprintf(key, sizeof(key), "%s:sms_log:%s", proc_tag(), line);
	ids = COMMAND("ZRANGE", key, "0", "-1");
	for (size_t i = 0; i < store_reply_len(ids); i++) {
		const char *id = store_reply_str(store_reply_at(ids, i));

		redis_row(id, &row);
		each(id, &row);
	}
	store_reply_free(ids);
}

void redis_keys(void (*each)(const char *key))
{
	struct store_reply *keys = COMMAND("KEYS", "*");

	for (size_t i = 0; i < store_reply_len(keys); i++)
		each(store_reply_str(store_reply_at(keys, i)));
	store_reply_free(keys);
}
