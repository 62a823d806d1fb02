/**
 * @file outside.c  What is outside of the code under test: linked with --wrap
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <hiredis/hiredis.h>

#include "http_client.h"
#include "json.h"
#include "log.h"
#include "outside.h"
#include "store.h"
#include "strbuf.h"

enum {
	WORDS_MAX = 8,
	ARGS_KEPT = 10,
	COOKIE_BUF = 64,
	MONO_START_MS = 1000000,
	NG_PORT = 9, /* nothing is ever sent there */
	MOST_CALLS = 2000,
};

int __wrap_store_run(struct store *s, enum script script, const char *tag,
		     const struct store_args *args, struct store_reply **rp);
int __wrap_store_do(struct store *s, enum script script, const char *tag,
		    const struct store_args *args);
void __wrap_store_post(struct store *s, enum script script, const char *tag,
		       const struct store_args *args);
int __wrap_store_await(struct store *s, const char *key, unsigned wait_ms, char **out);
int64_t __wrap_clock_now_ms(void);
int64_t __wrap_clock_mono_ms(void);
int64_t __wrap_clock_mono_us(void);
int __wrap_nanosleep(const struct timespec *pause, struct timespec *left);
ssize_t __wrap_getrandom(void *p, size_t n, unsigned flags);
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout_ms);
ssize_t __wrap_send(int fd, const void *p, size_t n, int flags);
ssize_t __wrap_recv(int fd, void *p, size_t n, int flags);
ssize_t __real_write(int fd, const void *p, size_t n);
ssize_t __wrap_write(int fd, const void *p, size_t n);
int __wrap_http_client_submit(struct http_client *c, const struct http_request *req,
			      http_done_h *doneh, void *arg);
int __wrap_http_client_perform(struct http_client *c, const struct http_request *req,
			       http_done_h *doneh, void *arg);
const char *__wrap_httpd_header(const struct httpd_request *req, const char *name);
const char *__wrap_httpd_query(const struct httpd_request *req, const char *name);

static struct {
	struct fuzz *f;
	int64_t elapsed_ms;
	unsigned scripts;
	const char *arg[ARGS_KEPT]; /* of the last script */
	const char *http_body, *headers, *query, *ng_reply;
	char cookie[COOKIE_BUF]; /* of the command to rtpengine that waits, "" = none */
} at;

static struct app app;
static char store; /* its address stands for Redis */

void outside_begin(struct fuzz *f)
{
	memset(&at, 0, sizeof(at));
	at.f = f;
	at.headers = at.query = at.ng_reply = "";
}

void outside_end(void)
{
	quota_free(app.quota);
	lines_free(app.lines);
	music_free(app.media.music);
	sip_free(app.sip);
	app.quota = NULL;
	app.lines = NULL;
	app.media.music = NULL;
	app.sip = NULL;
}

static void configure(struct config *cfg)
{
	*cfg = (struct config){
	    .ack_timeout_s = 32,
	    .hook_key = OUTSIDE_HOOK_KEY,
	    .admin_token = OUTSIDE_ADMIN_TOKEN,
	    .country = "US",
	    .music = "hold.wav",
	    .sms_from = "ExecLine",
	    .messagebird_url = "https://rest.messagebird.com/messages",
	    .messagebird_key = "a-messagebird-key",
	    .messagebird_signing_key = OUTSIDE_SIGNING_KEY,
	    .sms_webhook_url = "https://sms.example.com/send",
	    .sms_webhook_key = "a-webhook-key",
	    .public_url = OUTSIDE_PUBLIC_URL,
	};
}

/* What remembers something is made anew for each input. */
struct app *outside_app(void)
{
	char why[TRUNK_WHY_MAX];

	if (!app.store) {
		app.store = (struct store *)&store;
		configure(&app.cfg);
		app.tokens = (struct tokens){app.store, app.cfg.admin_token};
		app.users = (struct users){app.store, "execline"};
		app.media.standard = app.cfg.music;
		fuzz_require(trunks_alloc(&app.trunks, OUTSIDE_TRUNKS, why) == 0);
		fuzz_require(ng_alloc(&app.media.ng, "127.0.0.1", NG_PORT) == 0);
	}
	if (!app.lines) {
		fuzz_require(lines_alloc(&app.lines, app.store) == 0);
		fuzz_require(quota_alloc(&app.quota, app.store, app.trunks, MOST_CALLS) == 0);
		fuzz_require(music_alloc(&app.media.music, (uint16_t)getpid()) == 0);
		fuzz_require(sip_alloc(&app.sip, NULL, NG_PORT) == 0);
	}
	return &app;
}

/* ----- Redis ----- */

/* The reply in Redis' own protocol: a string, or a list of strings. */
static struct store_reply *reply_of(const char *answer)
{
	redisReader *reader = redisReaderCreate();
	const char *p = answer;
	void *reply = NULL;
	struct strbuf text;
	size_t words = 1;

	for (const char *bar = strchr(p, '|'); bar && words < WORDS_MAX; bar = strchr(bar + 1, '|'))
		words++;
	strbuf_init(&text, SIZE_MAX - 1);
	if (words > 1)
		strbuf_addf(&text, "*%zu\r\n", words);
	for (size_t i = 0; i < words; i++) {
		size_t n = i + 1 < words ? strcspn(p, "|") : strlen(p);

		strbuf_addf(&text, "$%zu\r\n%.*s\r\n", n, (int)n, p);
		p += n + 1;
	}
	fuzz_require(redisReaderFeed(reader, text.p, text.len) == REDIS_OK);
	fuzz_require(redisReaderGetReply(reader, &reply) == REDIS_OK && reply);
	redisReaderFree(reader);
	strbuf_free(&text);
	return reply;
}

int __wrap_store_run(struct store *s, enum script script, const char *tag,
		     const struct store_args *args, struct store_reply **rp)
{
	const char *answer;

	(void)s;
	fuzz_require(tag && args->n <= STORE_ARGS_MAX);
	if (script == SCRIPT_TRUNK_CALLS) /* run by the clock, not by what the input asks for */
		return ECONNREFUSED;
	at.scripts++;
	for (size_t i = 0; i < ARGS_KEPT; i++)
		at.arg[i] = i < args->n ? fuzz_keep(at.f, args->v[i]) : "";
	if (!fuzz_more(at.f))
		return ECONNREFUSED;
	answer = fuzz_text(at.f);
	if (strcmp(answer, "!") == 0)
		return ETIMEDOUT;
	*rp = reply_of(answer);
	return 0;
}

int __wrap_store_do(struct store *s, enum script script, const char *tag,
		    const struct store_args *args)
{
	struct store_reply *r = NULL;
	int err = __wrap_store_run(s, script, tag, args, &r);

	if (!err)
		store_reply_free(r);
	return err;
}

void __wrap_store_post(struct store *s, enum script script, const char *tag,
		       const struct store_args *args)
{
	(void)s;
	(void)script;
	fuzz_require(tag && args->n <= STORE_ARGS_MAX);
}

int __wrap_store_await(struct store *s, const char *key, unsigned wait_ms, char **out)
{
	const char *answer = fuzz_text(at.f);

	(void)s;
	fuzz_require(key);
	if (!answer[0]) {
		at.elapsed_ms += wait_ms;
		return ETIMEDOUT;
	}
	*out = strdup(answer);
	return *out ? 0 : ENOMEM;
}

unsigned outside_scripts(void)
{
	return at.scripts;
}

const char *outside_script_arg(size_t i)
{
	return i < ARGS_KEPT && at.arg[i] ? at.arg[i] : "";
}

/* ----- time and chance ----- */

int64_t __wrap_clock_now_ms(void)
{
	return (int64_t)OUTSIDE_NOW_S * 1000 + at.elapsed_ms;
}

int64_t __wrap_clock_mono_ms(void)
{
	return MONO_START_MS + at.elapsed_ms;
}

int64_t __wrap_clock_mono_us(void)
{
	return __wrap_clock_mono_ms() * 1000;
}

int64_t outside_elapsed_ms(void)
{
	return at.elapsed_ms;
}

int __wrap_nanosleep(const struct timespec *pause, struct timespec *left)
{
	(void)pause;
	(void)left;
	at.elapsed_ms++;
	return 0;
}

ssize_t __wrap_getrandom(void *p, size_t n, unsigned flags)
{
	(void)flags;
	memset(p, 1, n);
	return (ssize_t)n;
}

/* ----- rtpengine ----- */

/* A datagram takes a millisecond, so that a flood of wrong ones comes to an end. */
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	(void)fds;
	(void)n;
	if (at.cookie[0] && fuzz_more(at.f)) {
		at.elapsed_ms++;
		return 1;
	}
	at.elapsed_ms += timeout_ms;
	return 0;
}

ssize_t __wrap_send(int fd, const void *p, size_t n, int flags)
{
	const char *blank = memchr(p, ' ', n);

	(void)fd;
	(void)flags;
	fuzz_require(blank && (size_t)(blank - (const char *)p) < sizeof(at.cookie));
	snprintf(at.cookie, sizeof(at.cookie), "%.*s", (int)(blank - (const char *)p),
		 (const char *)p);
	return (ssize_t)n;
}

ssize_t __wrap_recv(int fd, void *p, size_t n, int flags)
{
	size_t len, head = 0;
	const char *part;

	(void)fd;
	(void)flags;
	if (!at.cookie[0] || !fuzz_more(at.f)) {
		errno = EAGAIN;
		return -1;
	}
	part = fuzz_text(at.f);
	if (part[0] == '!') {
		part++;
	} else {
		head = (size_t)snprintf(p, n, "%s ", at.cookie);
		at.cookie[0] = '\0';
		at.ng_reply = part;
	}
	len = strlen(part) < n - head ? strlen(part) : n - head;
	memcpy((char *)p + head, part, len);
	return (ssize_t)(head + len);
}

const char *outside_ng_reply(void)
{
	return at.ng_reply;
}

/* ----- the log ----- */

static void check_line(const char *p, size_t n)
{
	unsigned quotes = 0;

	fuzz_require(n > 0 && n <= LOG_LINE_MAX && p[n - 1] == '\n');
	for (size_t i = 0; i + 1 < n; i++) {
		fuzz_require(p[i] >= ' ' && p[i] <= '~');
		if (p[i] == '\\')
			fuzz_require(++i + 1 < n);
		else if (p[i] == '"')
			quotes++;
	}
	fuzz_require(quotes % 2 == 0);
}

ssize_t __wrap_write(int fd, const void *p, size_t n)
{
	if (fd != STDERR_FILENO)
		return __real_write(fd, p, n);
	check_line(p, n);
	return (ssize_t)n;
}

/* ----- HTTP ----- */

int __wrap_http_client_submit(struct http_client *c, const struct http_request *req,
			      http_done_h *doneh, void *arg)
{
	struct http_result res = {.err = ETIMEDOUT, .error = "no answer", .sent = true, .body = ""};
	const char *answer, *body;

	(void)c;
	at.http_body = fuzz_keep(at.f, req->body ? req->body : "");
	if (fuzz_more(at.f)) {
		answer = fuzz_text(at.f);
		body = strchr(answer, '\n');
		res.sent = answer[0] != '!';
		res.err = res.sent ? 0 : ECONNREFUSED;
		res.error = res.sent ? "" : "refused";
		res.status = res.sent ? strtol(answer, NULL, 10) : 0;
		res.body = body && res.sent ? body + 1 : "";
		res.body_len = strlen(res.body);
	}
	doneh(&res, arg);
	return 0;
}

int __wrap_http_client_perform(struct http_client *c, const struct http_request *req,
			       http_done_h *doneh, void *arg)
{
	return __wrap_http_client_submit(c, req, doneh, arg);
}

const char *outside_http_body(void)
{
	return at.http_body;
}

struct httpd_request outside_request(const char *arg, const char *body, size_t len,
				     const char *headers, const char *query)
{
	static const struct httpd_caller who = {"first", "EXECLINE_ADMIN_TOKEN", HTTPD_SCOPE_ADMIN};

	at.headers = headers;
	at.query = query;
	return (struct httpd_request){
	    .method = "POST",
	    .path = "/",
	    .target = "/",
	    .id = "fuzz",
	    .pattern = "/",
	    .source = "192.0.2.7",
	    .who = &who,
	    .arg = {arg, "", "", ""},
	    .body = body,
	    .body_len = len,
	};
}

const char *__wrap_httpd_header(const struct httpd_request *req, const char *name)
{
	(void)req;
	return fuzz_lookup(at.f, at.headers, name);
}

const char *__wrap_httpd_query(const struct httpd_request *req, const char *name)
{
	(void)req;
	return fuzz_lookup(at.f, at.query, name);
}

/* An error says which, and what to do. */
struct json *outside_reply(struct httpd_reply *rep)
{
	struct json *o = NULL;

	fuzz_require(rep->status >= 200 && rep->status < 600);
	fuzz_require(rep->body && json_parse(rep->body, strlen(rep->body), &o) == 0);
	fuzz_require(json_is_object(o));
	if (rep->status >= 400)
		fuzz_require(json_str(json_get(o, "code")) && json_str(json_get(o, "hint")) &&
			     json_str(json_get(o, "detail")));
	free(rep->body);
	rep->body = NULL;
	return o;
}
