/**
 * @file log.h  One line per event on stderr
 *
 *   ts=2026-11-22T20:15:17.123Z level=info event=sms_sent line=main attempts=2
 *
 * A value that holds anything but [A-Za-z0-9_.:@+/-] is quoted, and within quotes every byte that
 * is not printable ASCII is escaped: no value can end its line or its quotes, or steer a terminal.
 */
#ifndef LOG_H
#define LOG_H

#include <stdint.h>

enum log_level {
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_INFO,
	LOG_LEVEL_WARN,
	LOG_LEVEL_ERROR,
};

enum {
	LOG_LINE_MAX = 4096, /**< bytes with the newline; PIPE_BUF, so that lines never mix */
	LOG_VALUE_MAX = 512, /**< bytes of a value that are shown; "..." stands for the rest */
};

enum log_type {
	LOG_TYPE_STR,
	LOG_TYPE_INT,
	LOG_TYPE_BOOL,
	LOG_TYPE_ERRNO,
};

/** A key and its value; made by the macros below. */
struct log_kv {
	const char *key; /**< NULL ends a list */
	enum log_type type;
	const char *s;
	int64_t i;
};

/** Text; NULL is shown as "" */
#define LOG_S(k, v) {.key = (k), .type = LOG_TYPE_STR, .s = (v)}
/** Integer */
#define LOG_I(k, v) {.key = (k), .type = LOG_TYPE_INT, .i = (int64_t)(v)}
/** true or false */
#define LOG_B(k, v) {.key = (k), .type = LOG_TYPE_BOOL, .i = (v)}
/** Error number, shown by its name: ETIMEDOUT */
#define LOG_E(k, v) {.key = (k), .type = LOG_TYPE_ERRNO, .i = (v)}
#define LOG_END {.key = NULL}

/**
 * log_info("sms_sent", LOG_S("line", line), LOG_I("attempts", n));
 *
 * Event and keys are literals, in snake_case.
 */
#define log_debug(...) LOG_AT(LOG_LEVEL_DEBUG, __VA_ARGS__, LOG_END)
#define log_info(...) LOG_AT(LOG_LEVEL_INFO, __VA_ARGS__, LOG_END)
#define log_warn(...) LOG_AT(LOG_LEVEL_WARN, __VA_ARGS__, LOG_END)
#define log_error(...) LOG_AT(LOG_LEVEL_ERROR, __VA_ARGS__, LOG_END)
#define LOG_AT(level, event, ...) log_write(level, event, (const struct log_kv[]){__VA_ARGS__})

/** Names of the levels in their order, NULL-terminated: "debug", "info", "warn", "error" */
extern const char *const log_level_names[];

/** Drop every line below this level from now on; it is LOG_LEVEL_INFO at the start. */
void log_level_set(enum log_level level);

/**
 * Write one line, with a single write(2); errno is kept. A pair that does not fit is left out, and
 * the line then ends in truncated=true.
 *
 * @param kv  Pairs, ended by LOG_END
 */
void log_write(enum log_level level, const char *event, const struct log_kv *kv);

#endif
