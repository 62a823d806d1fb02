/**
 * @file test_http_client_tls.c  HTTP client: a server whose certificate nobody vouches for
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "http_client.h"

enum {
	TIMEOUT_MS = 10000,
};

static char dir[] = "/tmp/test_http_client_tls.XXXXXX";
static char key[64], cert[64];
static pid_t server;

/* Start a program; its standard output comes out of *out. */
static pid_t spawn(const char *const *argv, int *out)
{
	int fds[2], null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(null, STDIN_FILENO);
		dup2(fds[1], STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		close(fds[0]);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	close(null);
	close(fds[1]);
	*out = fds[0];
	return pid;
}

static bool make_certificate(void)
{
	const char *const argv[] = {"openssl",	"req",
				    "-x509",	"-newkey",
				    "rsa:2048", "-nodes",
				    "-keyout",	key,
				    "-out",	cert,
				    "-subj",	"/CN=127.0.0.1",
				    "-addext",	"subjectAltName=IP:127.0.0.1",
				    NULL};
	int out, status = -1;
	pid_t pid = spawn(argv, &out);

	waitpid(pid, &status, 0);
	close(out);
	return status == 0;
}

/* Start it on a free port, which it prints. */
static unsigned start_server(void)
{
	const char *const argv[] = {"openssl", "s_server", "-www", "-accept", "127.0.0.1:0",
				    "-cert",   cert,	   "-key", key,	      NULL};
	char line[256];
	unsigned port = 0;
	int out;
	FILE *f;

	server = spawn(argv, &out);
	f = fdopen(out, "r");
	assert_non_null(f);
	while (!port && fgets(line, sizeof(line), f)) {
		if (strncmp(line, "ACCEPT 127.0.0.1:", 17) == 0)
			port = (unsigned)strtoul(line + 17, NULL, 10);
	}
	fclose(f);
	return port;
}

static int start(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	if (!mkdtemp(dir))
		return -1;
	snprintf(key, sizeof(key), "%s/key.pem", dir);
	snprintf(cert, sizeof(cert), "%s/cert.pem", dir);
	return make_certificate() ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	if (server > 0) {
		kill(server, SIGKILL);
		waitpid(server, NULL, 0);
	}
	unlink(key);
	unlink(cert);
	rmdir(dir);
	return 0;
}

static void keep(const struct http_result *res, void *arg)
{
	*(struct http_result *)arg = *res;
}

static void nothing_is_sent_to_an_unknown_server(void **state)
{
	struct http_request req = {.method = "POST", .body = "secret", .timeout_ms = TIMEOUT_MS};
	struct http_client *client = NULL;
	struct http_result res = {0};
	unsigned port = start_server();
	char url[64];

	(void)state;
	assert_in_range(port, 1, 65535);
	snprintf(url, sizeof(url), "https://127.0.0.1:%u/", port);
	req.url = url;
	assert_int_equal(http_client_alloc(&client), 0);
	assert_int_equal(http_client_perform(client, &req, keep, &res), 0);
	assert_int_equal(res.err, EIO);
	assert_false(res.sent);
	assert_non_null(strstr(res.error, "certificate"));
	http_client_free(client, TIMEOUT_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(nothing_is_sent_to_an_unknown_server, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
