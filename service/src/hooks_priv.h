/**
 * @file hooks_priv.h  Shared by hooks_invite.c and hooks_event.c only
 */
#ifndef HOOKS_PRIV_H
#define HOOKS_PRIV_H

struct httpd_reply;

enum {
	HOOKS_WORD_BUF = 16,
	HOOKS_TEXT_BUF = 256,
	HOOKS_URI_BUF = 512,
	HOOKS_HEADER_BUF = 2048,
};

/** Answer a body that could not be read. @param err  of json_read() */
void hooks_bad_body(struct httpd_reply *rep, int err, const char *why, const char *call_id);

#endif
