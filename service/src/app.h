/**
 * @file app.h  What the HTTP handlers have at hand
 */
#ifndef APP_H
#define APP_H

#include "config.h"
#include "lines.h"
#include "media.h"
#include "quota.h"
#include "sip.h"
#include "store.h"
#include "tokens.h"
#include "trunk.h"
#include "users.h"

struct app {
	struct config cfg;
	struct trunks *trunks;
	struct store *store;
	struct tokens tokens;
	struct users users;
	struct lines *lines;
	struct quota *quota;
	struct sip *sip;
	struct media media;
};

#endif
