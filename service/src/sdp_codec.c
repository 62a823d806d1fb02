/**
 * @file sdp_codec.c  Session descriptions: codecs and payload types
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "sdp_priv.h"

enum { PT_MAX = 127, PT_DYNAMIC = 96 };

static const struct {
	const char *name;
	unsigned rate; /* in [Hz] */
	int pt;
} codecs[] = {
#define X(id, name, rate, pt) [id] = {name, rate, pt},
    CODECS(X)
#undef X
};

enum { CODEC_COUNT = sizeof(codecs) / sizeof(codecs[0]) };

const char *codec_name(enum codec codec)
{
	return (unsigned)codec < CODEC_COUNT ? codecs[codec].name : "???";
}

unsigned codec_rate(enum codec codec)
{
	return codecs[codec].rate;
}

int codec_pt(enum codec codec)
{
	return codecs[codec].pt;
}

int codec_parse(const char *name, enum codec *codecp)
{
	if (!name || !codecp)
		return EINVAL;

	for (unsigned i = 0; i < CODEC_COUNT; i++) {
		if (!strcasecmp(name, codecs[i].name)) {
			*codecp = (enum codec)i;
			return 0;
		}
	}
	return ENOENT;
}

/* Next payload type in a list of formats, -1 at its end; words that are none are passed over. */
static int next_pt(const char **formats)
{
	while (**formats) {
		const char *p = *formats + strspn(*formats, " \t");
		const char *end = p + strcspn(p, " \t");
		unsigned pt;

		*formats = end;
		if (!sdp_number(&p, PT_MAX, &pt) && p == end)
			return (int)pt;
	}
	return -1;
}

/* <encoding name>/<clock rate>[/<parameters>] */
static bool rtpmap_is(const char *map, const char *name, unsigned rate)
{
	size_t n = strlen(name);
	unsigned r;

	if (strncasecmp(map, name, n) != 0 || map[n] != '/')
		return false;
	map += n + 1;
	return !sdp_number(&map, UINT32_MAX, &r) && r == rate && strchr("/ \t", *map);
}

/* Whether a payload type stands for that encoding: by its rtpmap, else (NULL) by RFC 3551 §6 */
static bool pt_is(int pt, const char *map, const char *name, unsigned rate)
{
	if (map)
		return rtpmap_is(map, name, rate);

	for (int i = 0; pt < PT_DYNAMIC && i < CODEC_COUNT; i++) {
		if (codecs[i].pt == pt)
			return !strcasecmp(codecs[i].name, name);
	}
	return false;
}

int sdp_find_codec(const struct sdp *sdp, const struct sdp_stream *stream, enum codec *codecp)
{
	const char *formats = stream->formats;
	int pt;

	while ((pt = next_pt(&formats)) >= 0) {
		const char *map = sdp_find_pt(sdp, stream->part, "a=rtpmap:", pt);

		for (unsigned i = 0; i < CODEC_COUNT; i++) {
			if (pt_is(pt, map, codecs[i].name, codecs[i].rate)) {
				*codecp = (enum codec)i;
				return pt;
			}
		}
	}
	return -1;
}

int sdp_find_format(const struct sdp *sdp, const struct sdp_stream *stream, const char *name,
		    unsigned rate)
{
	const char *formats = stream->formats;
	int pt;

	while ((pt = next_pt(&formats)) >= 0) {
		if (pt_is(pt, sdp_find_pt(sdp, stream->part, "a=rtpmap:", pt), name, rate))
			return pt;
	}
	return -1;
}

bool sdp_has_pt(const struct sdp_stream *stream, int wanted)
{
	const char *formats = stream->formats;
	int pt;

	while ((pt = next_pt(&formats)) >= 0) {
		if (pt == wanted)
			return true;
	}
	return false;
}
