/**
 * @file report.h  What a delivery report says
 *
 * PURE: no I/O. Whether it may be believed is another matter, see reports.c.
 */
#ifndef REPORT_H
#define REPORT_H

#include "line.h"
#include "provider.h"

enum {
	REPORT_ID_BUF = 64,	/**< <line>.<leg>-<kind>-<n>, and NUL */
	REPORT_BODY_MAX = 4096, /**< bytes; a report is a few hundred */
};

struct report {
	char id[REPORT_ID_BUF]; /**< ours */
	char line[LINE_ID_BUF];
	enum provider_verdict verdict; /**< PROVIDER_SENT, PROVIDER_DELIVERED, PROVIDER_FAILED */
	char provider_id[PROVIDER_ID_BUF]; /**< "" = not told */
	char error[PROVIDER_ERROR_BUF];	   /**< "" = none */
};

/** @return a parameter of a report, NULL if it has none of that name */
typedef const char *(report_get_h)(const char *name, void *arg);

/**
 * Read a report of MessageBird: id, reference, status, statusErrorCode, as query parameters or (if
 * there is a body) as members of a JSON object.
 *
 * @param geth  Finds query parameters
 * @param why   With an error: what is wrong
 *
 * @return 0, EBADMSG it is none, or not about a message of ours
 */
__attribute__((warn_unused_result)) int report_read_messagebird(report_get_h *geth, void *arg,
								const char *body, size_t len,
								struct report *r,
								char why[JSON_WHY_MAX]);

/**
 * Read a report to the webhook provider: { "id", "status": "sent" | "delivered" | "failed",
 * "error" }.
 *
 * @return as above
 */
__attribute__((warn_unused_result)) int
report_read_webhook(const char *body, size_t len, struct report *r, char why[JSON_WHY_MAX]);

#endif
