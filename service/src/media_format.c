/**
 * @file media_format.c  Which codec the inner sides of two connected legs speak
 */
#include <stddef.h>

#include "media_format.h"

bool media_format_same(const struct media_format *a, const struct media_format *b)
{
	return a->codec == b->codec && a->pt == b->pt;
}

bool media_format_static(const struct media_format *f)
{
	return f->pt == codec_pt(f->codec);
}

/* Best sound first. */
static struct media_format neutral(const struct media_format *a, const struct media_format *b)
{
	static const enum codec codecs[] = {CODEC_G722, CODEC_PCMU, CODEC_PCMA};
	size_t i = 0;

	while (codecs[i] == a->codec || codecs[i] == b->codec)
		i++;
	return (struct media_format){codecs[i], codec_pt(codecs[i])};
}

struct media_format media_format_common(const struct media_format *host,
					const struct media_format *member)
{
	if (media_format_same(host, member))
		return *host;
	if (host->codec != member->codec && media_format_static(host))
		return *host;
	if (host->codec != member->codec && media_format_static(member))
		return *member;
	return neutral(host, member);
}
