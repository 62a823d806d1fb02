/**
 * @file fuzz_dtmf.c  Digits that rtpengine reports
 *
 * Parts: a datagram, then what Redis says of the leg.
 */
#include "dtmf.c"

#include "outside.h"

/* Redis is asked for a digit of a caller's on a line, and for nothing else. */
static void check_asked(const char *datagram, size_t len)
{
	struct json *o = NULL;
	const char *line;
	int64_t event = -1;

	fuzz_require(json_parse(datagram, len, &o) == 0);
	line = json_str(json_get(o, "source_label"));
	fuzz_require(line && line_id_valid(line));
	fuzz_require(strcmp(json_str(json_get(o, "source_tag")), MEDIA_OUTER_TAG) == 0);
	fuzz_require(json_int(json_get(o, "event"), &event) == 0 && event >= 0 && event <= 15);
	fuzz_require(strcmp(json_str(json_get(o, "callid")), outside_script_arg(2)) == 0);
	fuzz_require(strcmp(line, outside_script_arg(1)) == 0);
	json_free(o);
}

bool fuzz_one(struct fuzz *f)
{
	struct dtmf d = {.secret = "a-secret"};
	size_t len;
	const char *datagram = fuzz_bytes(f, &len);

	d.store = outside_app()->store;
	len = len < DTMF_DATAGRAM_MAX ? len : DTMF_DATAGRAM_MAX;
	digit(&d, datagram, len);
	if (outside_scripts())
		check_asked(datagram, len);
	return outside_scripts() == 1;
}
