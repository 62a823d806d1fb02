#include "rtp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	HEADER = 12,
	PERIOD_US = 20000,
	PACKET_MAX = 1500,
	MARK = 16, /* divides RTP_FRAME; the frame is the mark over and over */
};

static const char mark_name[] = "execline";

static void mark_print(uint8_t frame[RTP_FRAME], int speaker)
{
	char mark[MARK + 1];

	snprintf(mark, sizeof(mark), "%s%07u-", mark_name, (unsigned)speaker % 10000000);
	for (int i = 0; i < RTP_FRAME; i += MARK)
		memcpy(frame + i, mark, MARK);
}

static int mark_read(const uint8_t *frame, size_t len)
{
	char mark[MARK + 1] = {0};

	if (len < MARK || memcmp(frame, mark_name, strlen(mark_name)) != 0)
		return -1;
	memcpy(mark, frame, MARK);
	return (int)strtol(mark + strlen(mark_name), NULL, 10);
}

static int bind_any_port(const char *ip, uint16_t *port, int *fdp)
{
	struct sockaddr_in self = {.sin_family = AF_INET};
	socklen_t len = sizeof(self);
	int err = 0, fd;

	if (inet_pton(AF_INET, ip, &self.sin_addr) != 1)
		return EINVAL;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno;
	if (bind(fd, (struct sockaddr *)&self, sizeof(self)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&self, &len) < 0)
		err = errno;
	if (err) {
		close(fd);
		return err;
	}
	*port = ntohs(self.sin_port);
	*fdp = fd;
	return 0;
}

int rtp_sink_open(const char *ip, uint16_t *port, int *fd)
{
	int err = bind_any_port(ip, port, fd);
	int least = 0;

	if (!err)
		setsockopt(*fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof(least));
	return err;
}

static void readable(void *arg)
{
	struct rtp *rtp = arg;
	uint8_t packet[PACKET_MAX];
	ssize_t len;

	/* The handler may close the stream. */
	while (rtp->fd.fd > 0 && (len = recv(rtp->fd.fd, packet, sizeof(packet), 0)) >= 0) {
		if (len > HEADER && (packet[1] & 0x7f) == 0) /* PCMU */
			rtp->heard(mark_read(packet + HEADER, (size_t)len - HEADER), rtp->arg);
	}
}

static void send_frame(struct rtp *rtp)
{
	uint8_t packet[HEADER + RTP_FRAME] = {0x80, 0};
	uint16_t seq = htons(rtp->seq++);
	uint32_t timestamp = htonl(rtp->timestamp);

	memcpy(packet + 2, &seq, sizeof(seq));
	memcpy(packet + 4, &timestamp, sizeof(timestamp));
	memcpy(packet + 8, &rtp->ssrc, sizeof(rtp->ssrc));
	memcpy(packet + HEADER, rtp->frame, RTP_FRAME);
	rtp->timestamp += RTP_FRAME * rtp->frames_apart;
	if (sendto(rtp->fd.fd, packet, sizeof(packet), 0, (const struct sockaddr *)&rtp->peer,
		   sizeof(rtp->peer)) < 0)
		return; /* a lost packet, as networks lose them */
}

static void tick(void *arg)
{
	struct rtp *rtp = arg;

	send_frame(rtp);
	rtp->due_us += (int64_t)rtp->frames_apart * PERIOD_US;
	loop_timer_set(rtp->loop, &rtp->tick, rtp->due_us);
}

int rtp_open(struct rtp *rtp, struct loop *loop, const char *ip, rtp_heard_h *heard, void *arg)
{
	int err;

	*rtp = (struct rtp){
	    .loop = loop,
	    .fd = {.handler = readable, .arg = rtp},
	    .tick = {.handler = tick, .arg = rtp},
	    .frames_apart = 1,
	    .heard = heard,
	    .arg = arg,
	};
	err = bind_any_port(ip, &rtp->port, &rtp->fd.fd);
	if (!err)
		err = loop_watch(loop, &rtp->fd);
	return err;
}

void rtp_talk(struct rtp *rtp, const struct sockaddr_in *peer, int speaker)
{
	mark_print(rtp->frame, speaker);
	rtp->ssrc = htonl((uint32_t)speaker + 1);
	rtp->peer = *peer;
	rtp->due_us = loop_now_us();
	loop_timer_set(rtp->loop, &rtp->tick, rtp->due_us);
}

void rtp_pace(struct rtp *rtp, unsigned frames_apart)
{
	rtp->frames_apart = frames_apart;
	if (rtp->tick.place) {
		rtp->due_us = loop_now_us();
		loop_timer_set(rtp->loop, &rtp->tick, rtp->due_us);
	}
}

void rtp_hush(struct rtp *rtp)
{
	loop_timer_clear(rtp->loop, &rtp->tick);
}

void rtp_close(struct rtp *rtp)
{
	if (rtp->fd.fd > 0)
		close(rtp->fd.fd);
	rtp->fd.fd = -1;
	if (rtp->loop)
		loop_timer_clear(rtp->loop, &rtp->tick);
}
