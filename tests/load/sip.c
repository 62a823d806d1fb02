#include "sip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The next line without its CRLF; false at the end of the header. */
static bool next_line(struct sip_slice *rest, struct sip_slice *line)
{
	const char *end = memchr(rest->p, '\n', rest->len);

	if (!end)
		return false;
	line->p = rest->p;
	line->len = (size_t)(end - rest->p);
	if (line->len && line->p[line->len - 1] == '\r')
		line->len--;
	rest->len -= (size_t)(end + 1 - rest->p);
	rest->p = end + 1;
	return line->len > 0;
}

static bool is_header(struct sip_slice line, const char *name, const char *compact)
{
	const char *colon = memchr(line.p, ':', line.len);
	size_t len = colon ? (size_t)(colon - line.p) : 0;

	while (len && (line.p[len - 1] == ' ' || line.p[len - 1] == '\t'))
		len--;
	return (len == strlen(name) && !strncasecmp(line.p, name, len)) ||
	       (len == strlen(compact) && len && !strncasecmp(line.p, compact, len));
}

static struct sip_slice header_value(struct sip_slice line)
{
	const char *p = (const char *)memchr(line.p, ':', line.len) + 1;
	const char *end = line.p + line.len;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return (struct sip_slice){p, (size_t)(end - p)};
}

static struct sip_slice until(struct sip_slice from, const char *stops)
{
	size_t n = 0;

	while (n < from.len && !strchr(stops, from.p[n]))
		n++;
	return (struct sip_slice){from.p, n};
}

static struct sip_slice after(struct sip_slice from, const char *text)
{
	const char *hit = memmem(from.p, from.len, text, strlen(text));

	if (!hit)
		return (struct sip_slice){from.p + from.len, 0};
	hit += strlen(text);
	return (struct sip_slice){hit, (size_t)(from.p + from.len - hit)};
}

static long number(struct sip_slice digits)
{
	long n = 0;

	for (size_t i = 0; i < digits.len && i < 5 && digits.p[i] >= '0' && digits.p[i] <= '9'; i++)
		n = n * 10 + (digits.p[i] - '0');
	return n;
}

static struct sip_slice uri_of(struct sip_slice value)
{
	if (memchr(value.p, '<', value.len))
		return until(after(value, "<"), ">");
	return until(value, "; ");
}

static int parse_start(struct sip_slice line, struct sip_message *msg)
{
	if (line.len > 8 && !memcmp(line.p, "SIP/2.0 ", 8)) {
		msg->status = (int)number(after(line, " "));
		return msg->status >= 100 && msg->status <= 699 ? 0 : EBADMSG;
	}
	msg->method = until(line, " ");
	return msg->method.len && msg->method.len < line.len ? 0 : EBADMSG;
}

int sip_parse(const char *text, size_t len, struct sip_message *msg)
{
	struct sip_slice rest = {text, len}, line;

	*msg = (struct sip_message){0};
	if (!next_line(&rest, &line) || parse_start(line, msg))
		return EBADMSG;

	while (next_line(&rest, &line)) {
		if (is_header(line, "Call-ID", "i"))
			msg->call_id = header_value(line);
		else if (is_header(line, "To", "t"))
			msg->to_tag = until(after(header_value(line), ";tag="), "; ");
		else if (is_header(line, "Contact", "m"))
			msg->contact = uri_of(header_value(line));
		else if (is_header(line, "CSeq", "") && msg->status)
			msg->method = after(header_value(line), " ");
	}
	msg->body = rest;
	return msg->call_id.len && msg->method.len ? 0 : EBADMSG;
}

bool sip_is(struct sip_slice slice, const char *text)
{
	return slice.len == strlen(text) && !memcmp(slice.p, text, slice.len);
}

bool sip_copy(struct sip_slice slice, char *out, size_t max)
{
	if (!slice.len || slice.len >= max)
		return false;
	memcpy(out, slice.p, slice.len);
	out[slice.len] = '\0';
	return true;
}

static size_t printed(int n, size_t max)
{
	return n > 0 && (size_t)n < max ? (size_t)n : 0;
}

size_t sip_print_request(char *out, size_t max, const struct sip_request *req)
{
	return printed(snprintf(out, max,
				"%s %s SIP/2.0\r\n"
				"Via: SIP/2.0/UDP %s;rport;branch=z9hG4bK-%s-%u\r\n"
				"Max-Forwards: 70\r\n"
				"From: <sip:%s@%s>;tag=%s\r\n"
				"To: <sip:%s@%s>%s%s\r\n"
				"Call-ID: %s\r\n"
				"CSeq: %u %s\r\n"
				"Contact: <sip:%s@%s>\r\n"
				"%s"
				"Content-Length: %zu\r\n\r\n%s",
				req->method, req->target, req->local, req->call_id, req->branch,
				req->number, req->local, req->call_id, req->did, req->peer,
				*req->to_tag ? ";tag=" : "", req->to_tag, req->call_id, req->cseq,
				req->method, req->number, req->local,
				*req->body ? "Content-Type: application/sdp\r\n" : "",
				strlen(req->body), req->body),
		       max);
}

/* Everything the server sends us is in a dialog, so its To has a tag already. */
size_t sip_print_reply(char *out, size_t max, const char *request, size_t len, const char *status)
{
	struct sip_slice rest = {request, len}, line;
	size_t n = printed(snprintf(out, max, "SIP/2.0 %s\r\n", status), max);

	next_line(&rest, &line);
	while (n && next_line(&rest, &line)) {
		if (is_header(line, "Via", "v") || is_header(line, "From", "f") ||
		    is_header(line, "To", "t") || is_header(line, "Call-ID", "i") ||
		    is_header(line, "CSeq", "")) {
			size_t more = printed(
			    snprintf(out + n, max - n, "%.*s\r\n", (int)line.len, line.p), max - n);

			n = more ? n + more : 0;
		}
	}
	if (n) {
		size_t more =
		    printed(snprintf(out + n, max - n, "Content-Length: 0\r\n\r\n"), max - n);

		n = more ? n + more : 0;
	}
	return n;
}

size_t sip_print_offer(char *out, size_t max, const char *ip, uint16_t port)
{
	return printed(snprintf(out, max,
				"v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
				"m=audio %u RTP/AVP 0 101\r\n"
				"a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
				"a=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n",
				ip, ip, (unsigned)port),
		       max);
}

int sip_parse_answer(struct sip_slice sdp, struct sockaddr_in *media)
{
	struct sip_slice port = after(sdp, "m=audio ");
	char ip[INET_ADDRSTRLEN];

	*media = (struct sockaddr_in){.sin_family = AF_INET};
	if (!sip_copy(until(after(sdp, "c=IN IP4 "), "/\r\n"), ip, sizeof(ip)))
		return EBADMSG;
	media->sin_port = htons((uint16_t)number(port));
	if (!media->sin_port || inet_pton(AF_INET, ip, &media->sin_addr) != 1)
		return EBADMSG;
	return 0;
}
