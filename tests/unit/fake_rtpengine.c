/**
 * @file fake_rtpengine.c  An rtpengine on 127.0.0.1 that says yes
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_rtpengine.h"
#include "json.h"
#include "ng.h"

static const char *text_of(const struct json *command, const char *key)
{
	const char *text = json_str(json_get(command, key));

	return text ? text : "";
}

/* A description of the side that rtpengine shows: to an offer the inner one, to an answer the
 * outer one. */
static void describe(const struct fake_rtpengine *f, const struct json *command, char *out,
		     size_t max)
{
	bool offered = strcmp(text_of(command, "command"), "offer") == 0;
	const char *leg = text_of(command, "call-id");
	char sdp[512];
	struct json *o = json_new_object();
	char *text = NULL;

	snprintf(sdp, sizeof(sdp),
		 "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
		 "m=audio %d RTP/AVP %s\r\na=rtpmap:96 opus/48000/2\r\n"
		 "a=rtpmap:101 telephone-event/8000\r\na=rtpmap:102 telephone-event/48000\r\n",
		 offered ? "127.0.0.1" : FAKE_OUTER_IP, FAKE_INNER_PORT(leg),
		 f->formats ? f->formats : "0 101");
	if (json_set_str(o, "result", "ok") || json_set_str(o, "sdp", sdp) || json_print(o, &text))
		abort(); /* cmocka's assertions belong to the main thread */
	snprintf(out, max, "%s", text);
	free(text);
	json_free(o);
}

static const char *ruled(const struct fake_rtpengine *f, const struct json *command)
{
	for (size_t i = 0; i < FAKE_RULES_MAX && f->rules[i].reply; i++) {
		const struct fake_rule *r = &f->rules[i];

		if ((!r->command || strcmp(r->command, text_of(command, "command")) == 0) &&
		    (!r->leg || strcmp(r->leg, text_of(command, "call-id")) == 0))
			return r->reply;
	}
	return NULL;
}

static void answer(struct fake_rtpengine *f, const struct sockaddr_in *peer, const char *cookie,
		   const struct json *command)
{
	static char out[NG_DATAGRAM_MAX], body[NG_DATAGRAM_MAX - 64];
	const char *reply = ruled(f, command);
	int n;

	if (!reply) {
		snprintf(body, sizeof(body), "{\"result\":\"ok\"}");
		if (strstr("offer answer", text_of(command, "command")))
			describe(f, command, body, sizeof(body));
		reply = body;
	}
	if (!*reply)
		return;
	n = snprintf(out, sizeof(out), "%.60s %s", cookie, reply);
	(void)!sendto(f->fd, out, (size_t)n, 0, (const struct sockaddr *)peer, sizeof(*peer));
}

/* A command that is sent again has the same cookie, and is one command. */
static void *run(void *arg)
{
	static char in[NG_DATAGRAM_MAX + 1], last[64];
	struct fake_rtpengine *f = arg;

	for (;;) {
		struct sockaddr_in peer;
		socklen_t size = sizeof(peer);
		ssize_t n = recvfrom(f->fd, in, sizeof(in) - 1, 0, (struct sockaddr *)&peer, &size);
		struct json *command = NULL;
		char *body;

		if (n <= 0) /* fake_rtpengine_stop() */
			return NULL;
		in[n] = '\0';
		body = strchr(in, ' ');
		if (!body || json_parse(body + 1, strlen(body + 1), &command))
			abort();
		*body = '\0';
		answer(f, &peer, in, command);
		if (strcmp(in, last) == 0 || f->n == FAKE_COMMANDS_MAX)
			json_free(command);
		else
			f->commands[f->n++] = command;
		snprintf(last, sizeof(last), "%.63s", in);
	}
}

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){
	    .sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

void fake_rtpengine_start(struct fake_rtpengine *f)
{
	struct sockaddr_in sa = loopback(0);
	socklen_t size = sizeof(sa);

	f->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(f->fd >= 0);
	assert_int_equal(bind(f->fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	assert_int_equal(getsockname(f->fd, (struct sockaddr *)&sa, &size), 0);
	f->port = ntohs(sa.sin_port);
	assert_int_equal(pthread_create(&f->thread, NULL, run, f), 0);
}

/* An empty datagram is the thread's sign to end. */
void fake_rtpengine_stop(struct fake_rtpengine *f)
{
	struct sockaddr_in sa = loopback(f->port);

	assert_int_equal(sendto(f->fd, "", 0, 0, (struct sockaddr *)&sa, sizeof(sa)), 0);
	pthread_join(f->thread, NULL);
	close(f->fd);
}

void fake_rtpengine_forget(struct fake_rtpengine *f)
{
	while (f->n)
		json_free(f->commands[--f->n]);
}

const char *fake_text(const struct fake_rtpengine *f, size_t n, const char *key)
{
	assert_true(n < f->n);
	return text_of(f->commands[n], key);
}

const char *fake_json(const struct fake_rtpengine *f, size_t n, const char *key)
{
	static char out[1024];
	const struct json *value;
	char *text = NULL;

	assert_true(n < f->n);
	value = json_get(f->commands[n], key);
	out[0] = '\0';
	if (value) {
		assert_int_equal(json_print(value, &text), 0);
		snprintf(out, sizeof(out), "%s", text);
		free(text);
	}
	return out;
}

const char *fake_story(const struct fake_rtpengine *f)
{
	static char story[1024];
	size_t len = 0;

	story[0] = '\0';
	for (size_t i = 0; i < f->n && len < sizeof(story); i++)
		len += (size_t)snprintf(story + len, sizeof(story) - len, "%s%s %s", i ? ", " : "",
					fake_text(f, i, "command"), fake_text(f, i, "call-id"));
	return story;
}
