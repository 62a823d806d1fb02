/**
 * @file fake_rtpengine.h  An rtpengine on 127.0.0.1 that says yes, except where it is told
 * otherwise
 *
 * To an offer it says that the leg's inner side is at 127.0.0.1, port FAKE_INNER_PORT(id); to an
 * answer, that its outer side is at FAKE_OUTER_IP.
 */
#ifndef FAKE_RTPENGINE_H
#define FAKE_RTPENGINE_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

struct json;

enum { FAKE_COMMANDS_MAX = 32, FAKE_RULES_MAX = 4 };

#define FAKE_INNER_PORT(id) (20000 + 2 * (id)[0])
#define FAKE_OUTER_IP "192.0.2.7"

/** What is answered to a command, in JSON; "" is silence. NULL stands for any command or leg. */
struct fake_rule {
	const char *command, *leg, *reply;
};

/** Begin with {.rules = {...}}; the rest is the fake's. */
struct fake_rtpengine {
	struct fake_rule rules[FAKE_RULES_MAX]; /**< the first that fits is followed */
	const char *formats;			/**< of its reply to an offer, NULL = "0 101" */

	int fd;
	uint16_t port;
	pthread_t thread;
	struct json *commands[FAKE_COMMANDS_MAX]; /**< in order, to be read after the stop */
	size_t n;
};

void fake_rtpengine_start(struct fake_rtpengine *f);

/** End the thread; the commands stay to be looked at. */
void fake_rtpengine_stop(struct fake_rtpengine *f);

/** Forget the commands. */
void fake_rtpengine_forget(struct fake_rtpengine *f);

/** A text of the n-th command, "" if it has none. */
const char *fake_text(const struct fake_rtpengine *f, size_t n, const char *key);

/** The value of a member of the n-th command as JSON, until the next call; "" if it has none. */
const char *fake_json(const struct fake_rtpengine *f, size_t n, const char *key);

/** All commands in one line: "offer a, answer a, play media a" */
const char *fake_story(const struct fake_rtpengine *f);

#endif
