/**
 * @file listeners.h  Where the service is asked: on loopback, and from outside where that is wanted
 *
 *   inner  127.0.0.1, EXECLINE_HTTP_PORT, plain: everything, Kamailio's hooks too
 *   outer  EXECLINE_API_LISTEN, EXECLINE_API_PORT, TLS where a certificate is given: all but the
 * hooks; fewer connections, shorter times
 */
#ifndef LISTENERS_H
#define LISTENERS_H

#include "app.h"

struct listeners;

/**
 * Start to serve.
 *
 * @param lp    Written only on success; free with listeners_stop()
 * @param app   For the handlers
 * @param part  On error: which could not be started, "httpd" or "api"
 *
 * @return 0, or as file_read() or httpd_start()
 */
__attribute__((warn_unused_result)) int listeners_start(struct listeners **lp, struct app *app,
							const char **part);

/** Answer what is under way, for so long at the most, and close all. @param l  May be NULL */
void listeners_stop(struct listeners *l, unsigned drain_ms);

#endif
