/**
 * @file fault.h  Places where a process may be killed or stopped, for tests of what is left then
 *
 * Compiled in only with EXECLINE_FAULTS (`make sanitized`). EXECLINE_FAULT=<point> kills the
 * process the first time it comes there, <point>:stop stops it (SIGSTOP).
 */
#ifndef FAULT_H
#define FAULT_H

/** Point, name, what has happened just before it. */
#define FAULT_POINTS(X)                                                                            \
	X(JOINED, "joined", "a place is reserved, no media yet")                                   \
	X(MEDIA_MADE, "media_made", "the media are made, Kamailio has no decision yet")            \
	X(CONFIRMED, "confirmed", "the ACK is taken, nobody was told")                             \
	X(LEFT, "left", "the place is given up, the report is not acknowledged")                   \
	X(UPDATED, "updated", "a new description is taken, nobody waits for its answer yet")       \
	X(WITHDRAWN, "withdrawn", "a description is put back, the report is not acknowledged")     \
	X(DUE_READ, "due_read", "the consumer knows what is to be done")                           \
	X(MUSIC_PLAYS, "music_plays", "the music plays, which is not recorded")                    \
	X(HALF_CONNECTED, "half_connected", "one of two legs is pointed at the other")             \
	X(CONNECTED, "connected", "two legs are connected, which is not recorded")                 \
	X(HALF_RECORDED, "half_recorded", "it is recorded of one of the two")                      \
	X(MEDIA_DELETED, "media_deleted", "a leg's media are deleted, which is not recorded")      \
	X(BYE_NOTED, "bye_noted", "a BYE is noted as sent, and is not")                            \
	X(BYE_ANSWERED, "bye_answered", "a BYE is answered, which is not recorded")                \
	X(OFFER_NOTED, "offer_noted", "a re-INVITE is noted as sent, and is not")                  \
	X(OFFER_ANSWERED, "offer_answered", "a re-INVITE is answered, which is not recorded")      \
	X(OPTIONS_NOTED, "options_noted", "an OPTIONS is noted as sent, and is not")               \
	X(OPTIONS_ANSWERED, "options_answered", "an OPTIONS is answered, which is not recorded")   \
	X(ORPHAN_FOUND, "orphan_found", "media without a leg are found, and still there")          \
	X(SMS_CLAIMED, "sms_claimed", "a message is claimed and not sent")                         \
	X(SMS_BEGUN, "sms_begun", "a message is about to be sent")                                 \
	X(SMS_ANSWERED, "sms_answered", "the provider has taken a message, which is not recorded") \
	X(REPORT_TAKEN, "report_taken", "a delivery report is taken, and not acknowledged")        \
	X(NUMBERS_CLAIMED, "numbers_claimed",                                                      \
	  "a line's numbers are claimed, the line is not there")                                   \
	X(LINE_WRITTEN, "line_written", "a line is written, what it had before is still claimed")

enum fault {
#define X(id, name, after) FAULT_##id,
	FAULT_POINTS(X)
#undef X
};

#ifdef EXECLINE_FAULTS
/** Does what EXECLINE_FAULT says of this point. */
void fault_here(enum fault point);
#else
static inline void fault_here(enum fault point)
{
	(void)point;
}
#endif

#endif
