/* RTP: PCMU frames every 20 ms that say who speaks, by a mark that survives rtpengine. */
#ifndef LOAD_RTP_H
#define LOAD_RTP_H

#include "loop.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

enum { RTP_FRAME = 160 }; /* bytes: 20 ms at 8 kHz */

/* speaker: the mark in the frame; -1: somebody else's sound (music). */
typedef void(rtp_heard_h)(int speaker, void *arg);

/* Embedded in its owner; zeroed = closed. */
struct rtp {
	struct loop *loop;
	struct loop_fd fd;
	struct loop_timer tick;
	struct sockaddr_in peer;
	int64_t due_us;
	unsigned frames_apart; /* 1: each frame is sent */
	uint16_t port;
	uint16_t seq;
	uint32_t timestamp;
	uint32_t ssrc;
	uint8_t frame[RTP_FRAME];
	rtp_heard_h *heard;
	void *arg;
};

/* Binds rtp->port on the address and listens. */
int rtp_open(struct rtp *rtp, struct loop *loop, const char *ip, rtp_heard_h *heard, void *arg);

/* Talks to the peer from now on, marked as the speaker (0 to 9999999). */
void rtp_talk(struct rtp *rtp, const struct sockaddr_in *peer, int speaker);

/* Sends only each nth frame, as a phone does that leaves silence out; 1: all, as at the beginning.
 */
void rtp_pace(struct rtp *rtp, unsigned frames_apart);

/* Sends nothing any more, but listens. */
void rtp_hush(struct rtp *rtp);
void rtp_close(struct rtp *rtp);

/* A port that takes what it is sent and forgets it: calls that need no ears. */
int rtp_sink_open(const char *ip, uint16_t *port, int *fd);

#endif
