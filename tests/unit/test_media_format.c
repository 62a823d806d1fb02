/**
 * @file test_media_format.c  What the inner sides of two legs speak
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "media_format.h"

#define PCMU {CODEC_PCMU, 0}
#define PCMA {CODEC_PCMA, 8}
#define G722 {CODEC_G722, 9}
#define PCMU_97 {CODEC_PCMU, 97}
#define OPUS_96 {CODEC_OPUS, 96}
#define OPUS_111 {CODEC_OPUS, 111}

static void a_common_format_is_found(void **state)
{
	static const struct {
		struct media_format host, member, inner;
	} cases[] = {
	    /* the same under the same number: nothing is transcoded */
	    {PCMU, PCMU, PCMU},
	    {G722, G722, G722},
	    {OPUS_111, OPUS_111, OPUS_111},
	    {PCMU_97, PCMU_97, PCMU_97},
	    /* the host's, if its number is known to all */
	    {PCMU, PCMA, PCMU},
	    {PCMA, PCMU, PCMA},
	    {G722, OPUS_96, G722},
	    {PCMA, OPUS_96, PCMA},
	    {PCMA, PCMU_97, PCMA},
	    /* else the member's */
	    {OPUS_96, PCMU, PCMU},
	    {OPUS_96, G722, G722},
	    {PCMU_97, PCMA, PCMA},
	    /* one codec under two numbers: another one, best sound first */
	    {OPUS_96, OPUS_111, G722},
	    {PCMU, PCMU_97, G722},
	    {PCMU_97, PCMU, G722},
	    /* two codecs, both under numbers of their own */
	    {OPUS_96, PCMU_97, G722},
	    {{CODEC_G722, 97}, OPUS_96, PCMU},
	    {{CODEC_G722, 97}, PCMU_97, PCMA},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct media_format got = media_format_common(&cases[i].host, &cases[i].member);

		if (!media_format_same(&got, &cases[i].inner))
			fail_msg("case %zu: %s under %d", i, codec_name(got.codec), got.pt);
	}
}

static void only_numbers_of_the_standard_are_static(void **state)
{
	static const struct media_format yes[] = {PCMU, PCMA, G722};
	static const struct media_format no[] = {OPUS_96, PCMU_97, {CODEC_PCMU, 8}};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_true(media_format_static(&yes[i]));
		assert_false(media_format_static(&no[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_common_format_is_found),
	    cmocka_unit_test(only_numbers_of_the_standard_are_static),
	};

	return cmocka_run_group_tests_name("media_format", tests, NULL, NULL);
}
