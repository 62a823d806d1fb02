/**
 * @file test_shard.c  Lines to shards
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "shard.h"

/* Check values of CRC-16/XMODEM, so that the same line is in the same place for ever. */
static void a_line_has_the_shard_of_its_checksum(void **state)
{
	(void)state;
	assert_int_equal(shard_of_line("123456789"), 0x31c3 % SHARDS);
	assert_int_equal(shard_of_line("A"), 0x58e5 % SHARDS);
	assert_int_equal(shard_of_line(""), 0);
}

static void lines_spread_over_all_shards(void **state)
{
	unsigned count[SHARDS] = {0};
	char line[32];

	(void)state;
	for (int i = 0; i < 1600; i++) {
		unsigned shard;

		snprintf(line, sizeof(line), "line-%d", i);
		shard = shard_of_line(line);
		assert_in_range(shard, 0, SHARDS - 1);
		count[shard]++;
	}
	for (unsigned i = 0; i < SHARDS; i++)
		assert_in_range(count[i], 50, 200);
}

static void a_tag_is_one_hash_slot(void **state)
{
	char tag[SHARD_TAG_BUF];

	(void)state;
	shard_tag(0, tag);
	assert_string_equal(tag, "execline:{s0}");
	shard_tag(SHARDS - 1, tag);
	assert_string_equal(tag, "execline:{s15}");
	shard_tag(SHARDS, tag);
	assert_string_equal(tag, "execline:{s0}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_line_has_the_shard_of_its_checksum),
	    cmocka_unit_test(lines_spread_over_all_shards),
	    cmocka_unit_test(a_tag_is_one_hash_slot),
	};

	return cmocka_run_group_tests_name("shard", tests, NULL, NULL);
}
