/**
 * @file sdp_parse.c  Session descriptions: lines and streams
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sdp_priv.h"

static const char space[] = " \t";

/* NUL and other control characters have no place in a description, whatever ends its lines. */
static bool is_text(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if ((c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f)
			return false;
	}
	return true;
}

/* Cut the text into lines, whichever of CR, LF and CRLF ends them; empty ones are passed over. */
static int split_lines(struct sdp *sdp)
{
	static const char eol[] = "\r\n";
	char *p = sdp->text + strspn(sdp->text, eol);

	while (*p) {
		size_t n = strcspn(p, eol);
		char *next = p + n + strspn(p + n, eol);

		if (n > SDP_LINE_MAX || sdp->linec == SDP_LINES_MAX)
			return EBADMSG;
		if (*p < 'a' || *p > 'z' || p[1] != '=')
			return EBADMSG;
		sdp->line[sdp->linec++] = p;
		p[n] = '\0';
		p = next;
	}
	return 0;
}

/* Cut the next word off, in place; "" at the end */
static char *cut_word(char **p)
{
	char *word = *p + strspn(*p, space);
	char *end = word + strcspn(word, space);

	*p = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

/* m=<media> <port>[/<number of ports>] <proto> <format> ... */
static int parse_stream(char *line, struct sdp_stream *stream)
{
	const char *number;
	unsigned port;

	stream->media = cut_word(&line);
	number = cut_word(&line);
	if (sdp_number(&number, UINT16_MAX, &port) || (*number && *number != '/'))
		return EBADMSG;

	stream->port = (uint16_t)port;
	stream->proto = cut_word(&line);
	stream->formats = line + strspn(line, space);
	return *stream->media && *stream->formats ? 0 : EBADMSG;
}

static int split_streams(struct sdp *sdp)
{
	struct sdp_part *part = &sdp->session;

	for (size_t i = 0; i < sdp->linec; i++) {
		if (sdp->line[i][0] == 'm') {
			struct sdp_stream *stream = &sdp->stream[sdp->streamc];

			if (sdp->streamc == SDP_STREAMS_MAX ||
			    parse_stream(sdp->line[i] + 2, stream))
				return EBADMSG;
			sdp->streamc++;
			part = &stream->part;
			part->first = i + 1;
		}
		part->end = i + 1;
	}
	return 0;
}

int sdp_parse(const char *text, size_t len, struct sdp **sdpp)
{
	struct sdp *sdp;
	int err;

	if (len > SDP_MAX || !is_text(text, len))
		return EBADMSG;

	sdp = calloc(1, sizeof(*sdp));
	if (!sdp)
		return ENOMEM;

	sdp->text = strndup(text, len);
	err = sdp->text ? split_lines(sdp) : ENOMEM;
	if (!err)
		err = split_streams(sdp);
	if (!err && (!sdp->linec || strcmp(sdp->line[0], "v=0") != 0))
		err = EBADMSG;

	if (err)
		sdp_free(sdp);
	else
		*sdpp = sdp;
	return err;
}

void sdp_free(struct sdp *sdp)
{
	if (!sdp)
		return;

	free(sdp->text);
	free(sdp);
}

/* What follows the prefix, NULL if the line does not begin with it */
static const char *after(const char *line, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(line, prefix, n) ? NULL : line + n;
}

const char *sdp_find(const struct sdp *sdp, struct sdp_part part, const char *prefix)
{
	const char *p = NULL;

	for (size_t i = part.first; i < part.end && !p; i++)
		p = after(sdp->line[i], prefix);
	return p;
}

const char *sdp_find_pt(const struct sdp *sdp, struct sdp_part part, const char *prefix, int pt)
{
	for (size_t i = part.first; i < part.end; i++) {
		const char *p = after(sdp->line[i], prefix);
		unsigned n;

		if (p && !sdp_number(&p, UINT8_MAX, &n) && (int)n == pt && strspn(p, space))
			return p + strspn(p, space);
	}
	return NULL;
}

unsigned sdp_find_number(const struct sdp *sdp, struct sdp_part part, const char *prefix,
			 unsigned max)
{
	const char *p = sdp_find(sdp, part, prefix);
	unsigned n;

	return p && !sdp_number(&p, max, &n) ? n : 0;
}

const char *sdp_word(const char *line, unsigned n)
{
	for (; n; n--) {
		line += strcspn(line, space);
		line += strspn(line, space);
	}
	return line;
}

const struct sdp_stream *sdp_first_audio(const struct sdp *sdp)
{
	for (size_t i = 0; i < sdp->streamc; i++) {
		if (!strcmp(sdp->stream[i].media, "audio"))
			return &sdp->stream[i];
	}
	return NULL;
}

/* IN IP4 192.0.2.1; names and multicast (".../ttl") are not served */
int sdp_address(const struct sdp *sdp, const struct sdp_stream *stream, char ip[SDP_IP_BUF])
{
	const char *c = sdp_find(sdp, stream->part, "c=");
	unsigned char addr[sizeof(struct in6_addr)];
	char text[SDP_IP_BUF];
	const char *p;
	size_t n;

	if (!c)
		c = sdp_find(sdp, sdp->session, "c=");
	if (!c)
		return EBADMSG;
	p = after(c, "IN IP4 ");
	if (!p)
		p = after(c, "IN IP6 ");
	if (!p)
		return EBADMSG;

	n = strcspn(p, space);
	if (n >= sizeof(text))
		return EBADMSG;
	memcpy(text, p, n);
	text[n] = '\0';
	if (inet_pton(c[5] == '4' ? AF_INET : AF_INET6, text, addr) != 1)
		return EBADMSG;

	memcpy(ip, text, n + 1);
	return 0;
}

int sdp_number(const char **s, unsigned max, unsigned *np)
{
	unsigned long long n = 0;
	const char *p = *s;

	for (; *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (unsigned)(*p - '0');
		if (n > max)
			return EBADMSG;
	}
	if (p == *s)
		return EBADMSG;

	*s = p;
	*np = (unsigned)n;
	return 0;
}

static const char *const dirs[] = {
    [SDP_SENDRECV] = "sendrecv",
    [SDP_SENDONLY] = "sendonly",
    [SDP_RECVONLY] = "recvonly",
    [SDP_INACTIVE] = "inactive",
};

int sdp_line_dir(const char *line)
{
	const char *name = after(line, "a=");

	for (int dir = SDP_SENDRECV; name && dir <= SDP_INACTIVE; dir++) {
		const char *rest = after(name, dirs[dir]);

		if (rest && !rest[strspn(rest, space)])
			return dir;
	}
	return -1;
}

const char *sdp_dir_name(enum sdp_dir dir)
{
	return dirs[dir];
}
