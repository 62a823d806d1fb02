/**
 * @file rtpengine.h  A fake rtpengine in memory, behind ng.h; it can say who hears what
 *
 * One call per leg: an outer side (the caller's) and an inner one, which sends to its peer and
 * takes what its peer sends. Ports are kept for the life of a call. What it has answered is in its
 * Redis, but for its players: that is what a restart with its calls brings back.
 */
#ifndef RTPENGINE_H
#define RTPENGINE_H

#include <stdbool.h>
#include <stddef.h>

enum { RTPENGINE_HEARD_BUF = 256 };

void rtpengine_begin(void);

/** Do not answer for so long. */
void rtpengine_be_silent(unsigned ms);

/** Die and start again at once. @param calls  It takes back its calls, else it has none */
void rtpengine_restart(bool calls);

/** Forget one call of so many. */
void rtpengine_lose(unsigned n);

/** Have a call more, which is no leg's. */
void rtpengine_stray(void);

/** @return number of calls */
size_t rtpengine_count(void);

/** @return id of the n-th call */
const char *rtpengine_nth(size_t n);

/** @return the port where a caller's RTP is taken, 0 if there is no such call */
unsigned rtpengine_port(const char *leg);

/** @return the port of a caller to which its RTP is sent, 0 if there is no such call */
unsigned rtpengine_sends_to(const char *leg);

/** @return whether a caller's voice goes to somebody, even if nobody is there any more */
bool rtpengine_speaks(const char *leg);

/**
 * What a caller hears: "", "music", the legs, or several, in order of the calls.
 *
 * @return false if there is no such call
 */
bool rtpengine_heard(const char *leg, char out[RTPENGINE_HEARD_BUF]);

#endif
