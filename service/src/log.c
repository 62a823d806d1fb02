/**
 * @file log.c  One line per event on stderr
 */
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

static const char TRUNCATED[] = " truncated=true";

enum {
	TAIL_MAX = sizeof(TRUNCATED), /* bytes kept free for it and the newline */
};

struct line {
	size_t len;
	bool full; /* something did not fit */
	char text[LOG_LINE_MAX];
};

const char *const log_level_names[] = {"debug", "info", "warn", "error", NULL};

static atomic_int threshold = LOG_LEVEL_INFO;

static void put(struct line *l, const char *p, size_t n)
{
	if (n > sizeof(l->text) - TAIL_MAX - l->len) {
		l->full = true;
		return;
	}
	memcpy(l->text + l->len, p, n);
	l->len += n;
}

static void put_str(struct line *l, const char *s)
{
	put(l, s, strlen(s));
}

static bool is_bare(const char *s, size_t n)
{
	static const char bare[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "_.:@+/-";

	return n && strspn(s, bare) >= n;
}

static void put_escaped(struct line *l, unsigned char c)
{
	char hex[sizeof("\\xff")];

	switch (c) {
	case '\n':
		put_str(l, "\\n");
		break;
	case '\r':
		put_str(l, "\\r");
		break;
	case '\t':
		put_str(l, "\\t");
		break;
	case '"':
		put_str(l, "\\\"");
		break;
	case '\\':
		put_str(l, "\\\\");
		break;
	default:
		if (c >= ' ' && c <= '~') {
			put(l, (const char *)&c, 1);
		} else {
			snprintf(hex, sizeof(hex), "\\x%02x", c);
			put_str(l, hex);
		}
	}
}

static void put_value(struct line *l, const char *s)
{
	size_t n = strnlen(s, LOG_VALUE_MAX);
	bool cut = s[n] != '\0';

	if (is_bare(s, n) && !cut) {
		put(l, s, n);
		return;
	}
	put(l, "\"", 1);
	for (size_t i = 0; i < n; i++)
		put_escaped(l, (unsigned char)s[i]);
	put_str(l, cut ? "...\"" : "\"");
}

static void put_int(struct line *l, int64_t i)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, i);
	put_str(l, text);
}

static void put_errno(struct line *l, int64_t err)
{
	const char *name = strerrorname_np((int)err);

	if (name)
		put_str(l, name);
	else
		put_int(l, err);
}

/* Put a whole pair, or nothing. */
static void put_pair(struct line *l, const struct log_kv *kv)
{
	size_t start = l->len;
	bool full = l->full;

	l->full = false;
	put(l, " ", 1);
	put_str(l, kv->key);
	put(l, "=", 1);
	switch (kv->type) {
	case LOG_TYPE_STR:
		put_value(l, kv->s ? kv->s : "");
		break;
	case LOG_TYPE_INT:
		put_int(l, kv->i);
		break;
	case LOG_TYPE_BOOL:
		put_str(l, kv->i ? "true" : "false");
		break;
	case LOG_TYPE_ERRNO:
		put_errno(l, kv->i);
		break;
	}
	if (l->full)
		l->len = start;
	l->full |= full;
}

static void put_time(struct line *l)
{
	int64_t now = clock_now_ms();
	time_t s = (time_t)(now / 1000);
	char text[40];
	struct tm tm;
	size_t n;

	gmtime_r(&s, &tm);
	n = strftime(text, sizeof(text), "ts=%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + n, sizeof(text) - n, ".%03dZ", (int)(now % 1000));
	put_str(l, text);
}

void log_level_set(enum log_level level)
{
	atomic_store(&threshold, (int)level);
}

void log_write(enum log_level level, const char *event, const struct log_kv *kv)
{
	int saved = errno;
	struct line l;
	ssize_t written;

	if ((int)level < atomic_load(&threshold))
		return;
	l.len = 0;
	l.full = false;
	put_time(&l);
	put_pair(&l, &(struct log_kv)LOG_S("level", log_level_names[level]));
	put_pair(&l, &(struct log_kv)LOG_S("event", event));
	for (; kv->key; kv++)
		put_pair(&l, kv);
	if (l.full) {
		memcpy(l.text + l.len, TRUNCATED, sizeof(TRUNCATED) - 1);
		l.len += sizeof(TRUNCATED) - 1;
	}
	l.text[l.len++] = '\n';
	written = write(STDERR_FILENO, l.text, l.len);
	(void)written; /* where stderr cannot take it, there is nobody left to tell */
	errno = saved;
}
