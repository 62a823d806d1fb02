/**
 * @file line.h  What can happen to a line: each verb is one Lua transition
 *
 * The rules stand in lua/include/seat.lua. Every function returns 0 or what store_run() returns;
 * the result is written only with 0.
 */
#ifndef LINE_H
#define LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "store.h"

enum {
	LINE_ID_BUF = 33, /**< 32 characters and NUL */
};

/** What became of an event: enumerator, word of the scripts. */
#define LINE_OUTCOMES(X)                                                                           \
	X(LINE_CONFERENCE, "conference")   /* join: reserved the seat, or is the host */           \
	X(LINE_HOLD, "hold")		   /* join: reserved a place in the queue */               \
	X(LINE_MOVED, "moved")		   /* join: the number is not this line's any more */      \
	X(LINE_DISABLED, "disabled")	   /* join: the line takes no calls */                     \
	X(LINE_BLOCKED, "blocked")	   /* join: this caller is not wanted */                   \
	X(LINE_FULL, "full")		   /* join: too many wait */                               \
	X(LINE_LINE_FULL, "line_full")	   /* join: too many calls of the line, */                 \
	X(LINE_CALLER_FULL, "caller_full") /* of the caller, */                                    \
	X(LINE_TRUNK_FULL, "trunk_full")   /* of the trunk, */                                     \
	X(LINE_ALL_FULL, "all_full")	   /* in all */                                            \
	X(LINE_ENDED, "ended")		   /* the leg has ended before */                          \
	X(LINE_CONFIRMED, "confirmed")	   /* confirm: the dialog is up */                         \
	X(LINE_ANSWERED, "answered") /* confirm: our offer in a re-INVITE's 200 has its answer */  \
	X(LINE_UNANSWERED, "unanswered") /* confirm: our offer in a 200 has none */                \
	X(LINE_MERGED, "merged")	 /* join: the same INVITE came another way */              \
	X(LINE_LATE, "late")		 /* update, leave: a later one was taken before */         \
	X(LINE_LEFT, "left")		 /* leave: done */                                         \
	X(LINE_REPEATED, "repeated")	 /* it had happened before */                              \
	X(LINE_KEPT, "kept")		 /* leave: the leg is in another state */                  \
	X(LINE_MISMATCH, "mismatch")	 /* the To-tag is not this dialog's */                     \
	X(LINE_ASKED, "asked")		 /* update: the answer will come */                        \
	X(LINE_OURS, "ours")		 /* update: it asks for our offer */                       \
	X(LINE_BUSY, "busy")		 /* update: another one of theirs is open */               \
	X(LINE_PENDING, "pending")     /* update: an offer of ours is open, or there was no ACK */ \
	X(LINE_WITHDRAWN, "withdrawn") /* withdraw: it has changed nothing */                      \
	X(LINE_DONE, "done")                                                                       \
	X(LINE_IGNORED, "ignored")   /* digit: no PIN is asked for */                              \
	X(LINE_MORE, "more")	     /* digit: taken */                                            \
	X(LINE_PROVEN, "proven")     /* digit: the PIN is right */                                 \
	X(LINE_WRONG, "wrong")	     /* digit: it is not, and is asked for again */                \
	X(LINE_UNPROVEN, "unproven") /* digit: it was wrong too often */                           \
	X(LINE_UNKNOWN, "unknown")   /* no such line or leg */

enum line_outcome {
#define X(id, word) id,
	LINE_OUTCOMES(X)
#undef X
};

/** @return the word of an outcome */
const char *line_outcome_name(enum line_outcome o);

/** @return true if it may be the id of a line: [a-z0-9][a-z0-9_-]*, at most 32 characters */
bool line_id_valid(const char *id);

/** A caller's INVITE. Strings may be NULL or "" where the message has none. */
struct line_invite {
	const char *line, *leg, *did;
	const char *number; /**< caller, E.164; "" if withheld */
	int64_t deadline;   /**< by when the ACK must have come, ms */
	int64_t cseq;
	const char *call_id, *from_tag, *from, *to, *contact, *route, *socket;
	const char *local;   /**< host:port in our Contact */
	const char *source;  /**< host:port that it came from */
	const char *branch;  /**< of the top Via: which transaction it is */
	const char *sdp;     /**< reduced to what we take */
	const char *outline; /**< what is needed of it for an offer of our own */
	bool asks; /**< it has no description: the 200 has our offer, the ACK the answer */
	const char *trunk, *trust;
	const char *no_room;  /**< "" or what quota_take() said */
	unsigned session_s;   /**< for how long it lasts without a refresh, 0 = for ever */
	const char *diverter; /**< number that has forwarded the call */
};

/**
 * Reserve a place: LINE_CONFERENCE, LINE_HOLD, or why not.
 *
 * @param answer  SDP answer that this INVITE got before, "" = none; SDP_MAX bytes
 */
int line_join(struct store *s, const struct line_invite *inv, enum line_outcome *out, char *answer,
	      size_t max);

/**
 * Keep the SDP answer of an INVITE for repeated ones. Redis is not waited for: the caller is.
 *
 * @param answer  As rtpengine gave it
 * @param whole   As the caller gets it
 */
void line_answered(struct store *s, const struct line_invite *inv, const char *answer,
		   const char *whole);

/** The ACK of a 200. */
struct line_ack {
	const char *to_tag;
	int64_t cseq;
	const char *sdp,
	    *outline; /**< answer to our offer, as in an INVITE; "" = none we can serve */
};

/** The ACK: LINE_CONFIRMED, LINE_ANSWERED, LINE_UNANSWERED, LINE_REPEATED, LINE_ENDED,
 *  LINE_UNKNOWN. */
int line_confirm(struct store *s, const char *line, const char *leg, const struct line_ack *ack,
		 enum line_outcome *out);

/** How a leg ends. */
struct line_leaving {
	const char *reason;
	bool hangup;	    /**< we owe the caller a BYE */
	bool reserved_only; /**< nothing happens to a leg whose ACK has come */
	const char *to_tag; /**< of the request, NULL if it need not match */
	int64_t cseq;  /**< of a BYE its own; else of the INVITE that is ended; 0 = not checked */
	int64_t epoch; /**< of the lease under which the consumer ends it; 0 = not checked */
};

/**
 * A leg ends: LINE_LEFT, LINE_REPEATED, LINE_KEPT, LINE_MISMATCH, LINE_LATE, LINE_UNKNOWN. ESTALE:
 * the lease has passed to another.
 *
 * @param reply  With LINE_LEFT { 'left', Call-ID }; free with store_reply_free(). May be NULL
 */
int line_leave(struct store *s, const char *line, const char *leg, const struct line_leaving *how,
	       enum line_outcome *out, struct store_reply **reply);

/** A re-INVITE or UPDATE. */
struct line_update {
	const char *kind; /**< "reinvite", "update" */
	const char *to_tag, *contact;
	const char *sdp, *outline;   /**< as in an INVITE; "" = it describes nothing */
	const char *source, *socket; /**< likewise; "" = as before */
	unsigned session_s;	     /**< likewise */
	int64_t cseq;
};

/** What is needed for its answer; the texts belong to the reply. */
struct line_asked {
	const char *key; /**< LINE_ASKED: where store_await() finds the SDP answer */
	const char *outline,
	    *answer;		   /**< LINE_OURS: what our offer is made of (sdp_ours_print()) */
	unsigned ahead;		   /**< offers of our own that the caller has been sent */
	struct store_reply *reply; /**< free with store_reply_free() */
};

/**
 * A caller's new description: LINE_ASKED, LINE_OURS, LINE_DONE (there is nothing to answer),
 * LINE_BUSY, LINE_PENDING, LINE_LATE, LINE_UNKNOWN.
 *
 * @param asked  Written on success
 */
int line_update(struct store *s, const char *line, const char *leg, const struct line_update *u,
		enum line_outcome *out, struct line_asked *asked);

/**
 * A re-INVITE or UPDATE is refused after all: LINE_WITHDRAWN, LINE_KEPT, LINE_UNKNOWN.
 *
 * @param open_only  Only if it has no answer yet
 * @param reply      With LINE_KEPT { 'kept', its SDP answer or '' }; free with store_reply_free().
 *                   May be NULL
 */
int line_withdraw(struct store *s, const char *line, const char *leg, int64_t cseq, bool open_only,
		  enum line_outcome *out, struct store_reply **reply);

/**
 * A key of a caller who may be asked for a PIN; keypad.h has the outcomes.
 *
 * @param to_tag  Of the request, NULL = not checked
 * @param what    As lua/digit.lua has it
 * @param which   Likewise: "" or which press it is
 * @param reply   { outcome, Call-ID or '' }; free with store_reply_free()
 */
int line_digit(struct store *s, const char *line, const char *leg, const char *to_tag,
	       const char *what, const char *which, enum line_outcome *out,
	       struct store_reply **reply);

/**
 * End the seated member, admit the next: LINE_DONE, LINE_UNKNOWN.
 *
 * @param reply  { 'done', leg ended or '', leg admitted or '', Call-ID of the first }; free with
 * store_reply_free()
 */
int line_next(struct store *s, const char *line, enum line_outcome *out,
	      struct store_reply **reply);

/** Hang up everybody: LINE_DONE, LINE_UNKNOWN. @param count  With LINE_DONE: how many */
int line_end(struct store *s, const char *line, enum line_outcome *out, int64_t *count);

#endif
