/**
 * @file music.h  Music files, named and played so that rtpengine survives it
 *
 * rtpengine 12.5 keeps encoded music by file name and codec for as long as it runs. It ends with a
 * segmentation fault when it is asked for an entry that is not filled yet (two first plays of a
 * file at once) or that never will be (a second play of a file that it could not read), and plays
 * it to everybody under the payload type of the first caller. So one play command is under way at a
 * time, of all replicas of the service; a file has a name of its own for each payload type without
 * a fixed meaning; and after a failure it gets another name: the same path with more slashes and
 * dots in it.
 */
#ifndef MUSIC_H
#define MUSIC_H

#include <stdbool.h>
#include <stdint.h>

#include "ng.h"

enum {
	MUSIC_FILE_BUF = 64,
	MUSIC_PATH_BUF = 256,
	MUSIC_TURN_MS = NG_TIMEOUT_MS, /**< nobody plays for longer; who seems to hangs */
	MUSIC_PAUSE_MS = 30000,	       /**< until a file that could not be played is tried again */
	MUSIC_PT_STATIC = -1,
};

struct music;

/** A file for a caller. */
struct music_file {
	const char *name; /**< without a path */
	bool own;	  /**< a line's own, else one that came with rtpengine's image */
	int pt;		  /**< payload type of the caller's codec, if it has no fixed meaning */
};

/** @param ng_port  Which rtpengine of this host it is  @return 0, ENOMEM, EIO no random numbers */
__attribute__((warn_unused_result)) int music_alloc(struct music **mp, uint16_t ng_port);

/** @param m  May be NULL */
void music_free(struct music *m);

/**
 * Begin to play: wait until no other play command is under way, and name the file. music_end() must
 * follow on success.
 *
 * @param path  What rtpengine is to be asked for, written only on success
 *
 * @return 0, ENOENT it could not be played a moment ago, ENOSPC its name is too long
 */
__attribute__((warn_unused_result)) int music_begin(struct music *m, const struct music_file *file,
						    char path[MUSIC_PATH_BUF]);

/** End it. @param readable  false: rtpengine could not read the file */
void music_end(struct music *m, const struct music_file *file, bool readable);

#endif
