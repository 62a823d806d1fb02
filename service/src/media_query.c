/**
 * @file media_query.c  What rtpengine says of the caller's side of a leg
 */
#include "media_query.h"

static const struct json *medias_of(const struct json *reply)
{
	return json_get(json_get(json_get(reply, "tags"), MEDIA_OUTER_TAG), "medias");
}

/* Before the first packet "last packet" is the moment at which the port was opened. What is no time
 * in ms is none. */
static int64_t last_s(const struct json *stream)
{
	int64_t packets = 0, at = 0;

	if (json_int(json_get(json_get(stream, "stats"), "packets"), &packets) || packets == 0 ||
	    json_int(json_get(stream, "last packet"), &at) || at > INT64_MAX / 1000)
		return 0;
	return at;
}

int64_t media_query_last_s(const struct json *reply)
{
	const struct json *medias = medias_of(reply), *streams;
	int64_t last = 0;

	for (size_t i = 0; i < json_len(medias); i++) {
		streams = json_get(json_at(medias, i), "streams");
		for (size_t k = 0; k < json_len(streams); k++) {
			int64_t at = last_s(json_at(streams, k));

			last = at > last ? at : last;
		}
	}
	return last;
}

bool media_query_place(const struct json *reply, struct media_place *place)
{
	const struct json *audio = json_at(json_get(json_at(medias_of(reply), 0), "streams"), 0);
	const struct json *endpoint = json_get(audio, "endpoint");
	const char *ip = json_str(json_get(endpoint, "address"));
	int64_t port = 0, at = last_s(audio);

	if (!at || !ip || json_int(json_get(endpoint, "port"), &port) || port <= 0 ||
	    port > UINT16_MAX)
		return false;
	*place = (struct media_place){ip, (uint16_t)port, at};
	return true;
}
