/**
 * @file provider_fake.h  A fake SMS provider, with every way in which one can fail
 */
#ifndef PROVIDER_FAKE_H
#define PROVIDER_FAKE_H

#include <stdbool.h>
#include <stdint.h>

struct request;

/** What it knows of a message. */
struct message {
	char id[80], to[20];
	unsigned tried, accepted;
	unsigned doubts;   /**< attempts of which the service was not told what became of them */
	unsigned order;	   /**< among all that were taken, 0 = it was not */
	int64_t claim;	   /**< of its row, the last that was sent */
	bool is_left;	   /**< "has left", else "is now on" */
	bool refused;	   /**< for good, or reported as failed */
	bool can_be_asked; /**< as MessageBird can */
	bool unasked;	   /**< ... but once it said nothing that settles anything */
	unsigned troubles; /**< of processes, when it was last sent */
};

void provider_begin(void);

/** @return a message; one that nobody has heard of is made */
struct message *provider_message(const char *id);

/** The service sends a message: each claim of its row may do so once, and the policy must allow it.
 */
void provider_submitted(const char *body);

/** The service gives up a request; whether it was taken it cannot know. */
void provider_not_told(const char *body);

/** A doubt needs somebody who did not know: a provider that said nothing, or a process that was
 * killed or stopped with what it knew. */
void provider_check_doubts(const struct message *m, int64_t doubts);

/** Such a request, still on its way, arrives at the last moment, or never. */
void provider_take_late(const char *body);

/** A request has arrived. */
void provider_serve(struct request *r);

/** Send a delivery report. @return false if there is nothing to report */
bool provider_report(void);

/** Be away for so long. */
void provider_be_away(unsigned ms);

#endif
