/**
 * @file provider_fake.h  A fake SMS provider, with every way in which one can fail
 */
#ifndef PROVIDER_FAKE_H
#define PROVIDER_FAKE_H

#include <stdbool.h>

struct request;

void provider_begin(void);

/** The service sends a message: each attempt of a row that it has claimed is one. */
void provider_submitted(const char *body);

/** A request has arrived. */
void provider_serve(struct request *r);

/** Be away for so long. */
void provider_be_away(unsigned ms);

/** @return how often it has taken a message */
unsigned provider_accepted(const char *id);

/** @return how often it was sent one */
unsigned provider_tried(const char *id);

/** @return true if it has refused the message for good */
bool provider_refused(const char *id);

/** @return place of the message among all that were taken, 0 if it was not */
unsigned provider_order(const char *id);

#endif
