/**
 * @file shard.c  Which part of Redis a line lives in
 */
#include <stdint.h>
#include <stdio.h>

#include "shard.h"

static uint16_t crc16(const char *s)
{
	uint16_t crc = 0;

	for (; *s; s++) {
		crc = (uint16_t)(crc ^ ((unsigned char)*s << 8));
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1);
	}
	return crc;
}

unsigned shard_of_line(const char *line)
{
	return crc16(line) % SHARDS;
}

void shard_tag(unsigned shard, char out[SHARD_TAG_BUF])
{
	snprintf(out, SHARD_TAG_BUF, "execline:{s%u}", shard % SHARDS);
}
