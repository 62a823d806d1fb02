/**
 * @file shard.h  Which part of Redis a line lives in
 *
 * All keys of a line carry the tag of its shard in braces, so that one script touches one hash slot
 * and lines spread over a cluster. Key names themselves are written in lua/include/keys.lua.
 */
#ifndef SHARD_H
#define SHARD_H

enum {
	SHARDS = 16,
	SHARD_TAG_BUF = 24,
};

/** Tag of the keys that map dialled numbers to lines. */
#define SHARD_DIDS_TAG "execline:{dids}"
/** Tag of the tokens of the API. */
#define SHARD_TOKENS_TAG "execline:{tokens}"
/** Tag of the users. */
#define SHARD_USERS_TAG "execline:{users}"
/** Tag of the audit. */
#define SHARD_AUDIT_TAG "execline:{audit}"

/** @return the shard of a line: CRC-16/XMODEM of its id (what Redis Cluster uses) modulo SHARDS */
unsigned shard_of_line(const char *line);

/** Tag of a shard: KEYS[1] of every script. @param out  "execline:{s3}" */
void shard_tag(unsigned shard, char out[SHARD_TAG_BUF]);

#endif
