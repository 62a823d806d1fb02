/*
 * What must have been seen in some world, so that no rule holds because nothing happens. Numbers are bits; run.py
 * takes their names from here.
 */
#define SEEN_FULL 0	      /* a caller finds the queue full */
#define SEEN_LINE_FULL 28     /* a caller finds the line full */
#define SEEN_NEXT_HOST 1      /* a second host INVITE replaces the first before its ACK */
#define SEEN_TAKE_OVER 2      /* a second host takes over at its ACK */
#define SEEN_TRIAL 3	      /* a member who waited is let in on trial */
#define SEEN_LIFE 4	      /* a trial is passed */
#define SEEN_DEATH 5	      /* a dead member on trial is found out, and the next is let in */
#define SEEN_END_MEMBER 6     /* the member is hung up when the host leaves */
#define SEEN_REQUEUE_MEMBER 7 /* the member goes through the queue when the host leaves */
#define SEEN_KEEP_MEMBER 8    /* the member stays when the host leaves */
#define SEEN_LATE_ACK 9	      /* an ACK that comes after the end is owed a BYE */
#define SEEN_LOST_ACK 35       /* a phone whose ACK is lost is hung up */
#define SEEN_EARLY_CANCEL 10  /* a CANCEL is told before its INVITE */
#define SEEN_SECOND_TRY 11    /* a caller who was refused tries again, and is let in */
#define SEEN_EARLY_BYE 12     /* a BYE is told before its ACK */
#define SEEN_BYE_TOO_EARLY 13 /* our BYE comes before the 200 */
#define SEEN_OLD_BYE 14	      /* the outcome of a BYE does not count any more */
#define SEEN_TALK 15	      /* host and member talk, which is recorded of both */
#define SEEN_MAKING 16	      /* a call ends while its media are made */
#define SEEN_MADE_GOOD 17     /* what was opened and is not wanted any more is done anew */
#define SEEN_NOT_CLOSED 18    /* a consumer's word does not count, since the media are to be made anew */
#define SEEN_DISTRUST 19      /* a replica whose lease has passed on says what it has touched */
#define SEEN_LOST 20	      /* a replica finds out that it has lost its lease before it has done harm */
#define SEEN_ANSWER 21	      /* a re-INVITE gets its answer */
#define SEEN_YOUNG 22	      /* media are made anew after a restart of rtpengine */
#define SEEN_DOUBT 23	      /* OPTIONS raises a doubt, and the audio decides */
#define SEEN_PROVEN 25	      /* a caller with a host's number gives the PIN */
#define SEEN_UNPROVEN 26      /* a caller with a host's number does not, and comes in as a member */
#define SEEN_OFFER 27	      /* a caller is told by a re-INVITE where its media are */
#define SEEN_ELSEWHERE 29     /* a caller describes something else in its answer to that */
#define SEEN_REFUSED 30	      /* a caller refuses it so often that it is hung up */
#define SEEN_OURS 31	      /* a re-INVITE asks for our offer, and its ACK has the answer */
#define SEEN_WITHDRAWN 32     /* a re-INVITE is refused after it was answered */
#define SEEN_UNANSWERED 33    /* an offer of ours is not answered by the ACK of the first 200 */
#define SEEN_UNREFRESHED 34   /* who is heard, but does not refresh the session, is found to be gone */
#define SEEN_MUTED 24	      /* a muted caller shows by OPTIONS that it lives */

#ifdef SIGHTS
c_decl {
	\#include <stdio.h>
	static unsigned long sights;
	static void tell_sights(void) __attribute__((destructor));
	static void tell_sights(void) { printf("sights: %lu\n", sights); }
}
#define sight(n) c_code { sights |= 1UL << n; }
#else
#define sight(n) skip
#endif
