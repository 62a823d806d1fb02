/**
 * @file proc.c  execlined's processes
 *
 * worker.c is included rather than linked, for one turn of its loop is what happens here at a time.
 */
#include <pthread.h>
#include <stdio.h>

#include "proc.h"
#include "seam.h"

/* The pause between two turns is the driver's. */
static int no_pause(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *until)
{
	(void)cond;
	(void)lock;
	(void)until;
	return 0;
}

#define pthread_cond_timedwait no_pause
#define tell tell_entry
#include "../../service/src/worker.c"
#undef pthread_cond_timedwait
#undef tell

#include "api.h"
#include "app.h"
#include "config.h"
#include "http_seam.h"
#include "lineconf.h"
#include "lines.h"
#include "numbers.h"
#include "redis.h"
#include "tell.h"

enum { PROCS_MAX = 32, NAME_BUF = 8 };

struct proc {
	char name[NAME_BUF];
	unsigned number; /* as replicas have them: that of a dead one is free at once */
	char owner[NAME_BUF];
	bool dead, stopped, at_work, late;
	int entered;
	struct app app;
	struct calls calls;
	struct outbox *outbox;
	struct reconcile_options reconcile;
	struct media_run *media_run;
	struct http_client *http;
	struct worker *worker;
};

static struct store *store;
static struct proc *procs[PROCS_MAX];
static size_t n_procs;
static unsigned started, troubles;
static char line_names[NUMBERS_LINES][LINE_ID_BUF];
static unsigned shard;
static char sms_age[8];

/* Names of lines that live in one shard. */
static void choose_lines(void)
{
	unsigned n = 1;

	snprintf(line_names[0], LINE_ID_BUF, "line");
	shard = shard_of_line(line_names[0]);
	for (unsigned i = 1; i < NUMBERS_LINES; i++) {
		do
			snprintf(line_names[i], LINE_ID_BUF, "line-%u", ++n);
		while (shard_of_line(line_names[i]) != shard);
	}
}

void proc_begin(struct store *s)
{
	store = s;
	n_procs = 0;
	started = 0;
	troubles = 0;
	choose_lines();
	snprintf(sms_age, sizeof(sms_age), "%d", PROC_SMS_AGE_S);
}

const char *proc_tag(void)
{
	static char tag[SHARD_TAG_BUF];

	shard_tag(shard, tag);
	return tag;
}

const char *proc_line(unsigned n)
{
	return line_names[n];
}

static const char *setting(const char *name)
{
	if (strcmp(name, "EXECLINE_ADMIN_TOKEN") == 0 || strcmp(name, "EXECLINE_HOOK_KEY") == 0)
		return "0123456789abcdef";
	if (strcmp(name, "EXECLINE_SMS_MAX_AGE_S") == 0)
		return sms_age;
	if (strcmp(name, "EXECLINE_RECONCILE_S") == 0)
		return "5";
	return NULL;
}

/* As main.c does it. */
static int make_parts(struct proc *p)
{
	char why[CONFIG_WHY_MAX], trunks_why[TRUNK_WHY_MAX];
	struct app *app = &p->app;
	int err = config_load(&app->cfg, setting, why);

	app->store = store;
	err = err ? err : trunks_alloc(&app->trunks, app->cfg.trunks, trunks_why);
	app->cfg.ng_port = redis_port(); /* names the turn at the music on this host */
	err = err ? err : lines_alloc(&app->lines, store);
	err = err ? err : quota_alloc(&app->quota, store, app->trunks, app->cfg.max_calls);
	err = err ? err : ng_alloc(&app->media.ng, "127.0.0.1", app->cfg.ng_port);
	err = err ? err : music_alloc(&app->media.music, app->cfg.ng_port);
	err = err ? err : media_run_alloc(&p->media_run, app->media.ng);
	err = err ? err : http_client_alloc(&p->http);
	err = err ? err : sip_alloc(&app->sip, p->http, app->cfg.rpc_port);
	app->media.standard = app->cfg.music;
	p->calls = (struct calls){
	    .store = store,
	    .sip = app->sip,
	    .media = app->media,
	    .media_run = p->media_run,
	    .life = {store, app->sip, &app->media, (int64_t)app->cfg.silence_s * 1000},
	};
	err = err ? err : outbox_alloc(&p->outbox, store, p->http, &app->cfg);
	p->reconcile = (struct reconcile_options){store, app->media.ng, app->cfg.reconcile_s};
	p->worker = calloc(1, sizeof(*p->worker));
	if (err || !p->worker)
		return err ? err : ENOMEM;
	p->worker->opt =
	    (struct worker_options){store, &p->calls, p->outbox, &p->reconcile, p->owner};
	pthread_mutex_init(&p->worker->lock, NULL);
	pthread_cond_init(&p->worker->stopped, NULL);
	p->worker->threads[shard].worker = p->worker;
	p->worker->threads[shard].shard = shard;
	lease_init(&p->worker->threads[shard].lease, shard);
	/* There is but one shard, so it has the duty of the first. */
	return reconcile_alloc(&p->worker->threads[shard].reconcile, &p->reconcile, 0);
}

static unsigned free_number(void)
{
	unsigned n = 1;

	for (size_t i = 0; i < n_procs; i++) {
		if (!procs[i]->dead && procs[i]->number == n) {
			n++;
			i = (size_t)-1;
		}
	}
	return n;
}

struct proc *proc_start(void)
{
	struct proc *p = calloc(1, sizeof(*p)), *before;
	int err;

	if (!p || n_procs == PROCS_MAX)
		abort();
	snprintf(p->name, sizeof(p->name), "P%u", ++started);
	p->number = free_number();
	snprintf(p->owner, sizeof(p->owner), "host:%u", p->number);
	procs[n_procs++] = p;
	before = seam_enter(p);
	err = make_parts(p);
	seam_leave(p, before);
	if (err)
		abort();
	tell("%s starts", p->name);
	return p;
}

void proc_kill(struct proc *p)
{
	p->dead = true;
	troubles++;
}

unsigned proc_troubles(void)
{
	return troubles;
}

static void free_one(struct proc *p)
{
	struct proc *before;

	http_bury(p);
	worker_stop(p->worker); /* it has no threads */
	http_client_free(p->http, 0);
	before = seam_enter(p); /* it is dead: what it knows is lost with it */
	outbox_free(p->outbox);
	seam_leave(p, before);
	sip_free(p->app.sip);
	media_run_free(p->media_run);
	music_free(p->app.media.music);
	ng_free(p->app.media.ng);
	quota_free(p->app.quota);
	lines_free(p->app.lines);
	trunks_free(p->app.trunks);
	free(p);
}

void proc_bury(void)
{
	size_t kept = 0;

	for (size_t i = 0; i < n_procs; i++) {
		if (procs[i]->dead && !procs[i]->entered)
			free_one(procs[i]);
		else
			procs[kept++] = procs[i];
	}
	n_procs = kept;
}

void proc_end(void)
{
	for (size_t i = 0; i < n_procs; i++)
		procs[i]->dead = true;
	proc_bury();
}

void proc_entered(struct proc *p, int by)
{
	if (p)
		p->entered += by;
}

void proc_stop(struct proc *p, bool stop)
{
	p->stopped = stop;
	troubles += stop;
	p->late = p->at_work;
}

bool proc_is_late(const struct proc *p)
{
	return p->late;
}

bool proc_is_stopped(const struct proc *p)
{
	return p->stopped;
}

bool proc_is_dead(const struct proc *p)
{
	return p->dead;
}

bool proc_at_work(const struct proc *p)
{
	return p->at_work;
}

const char *proc_name(const struct proc *p)
{
	return p->name;
}

unsigned proc_count(void)
{
	unsigned n = 0;

	for (size_t i = 0; i < n_procs; i++)
		n += !procs[i]->dead && !procs[i]->stopped;
	return n;
}

struct proc *proc_nth(unsigned n)
{
	for (size_t i = 0; i < n_procs; i++)
		if (!procs[i]->dead && !procs[i]->stopped && n-- == 0)
			return procs[i];
	return NULL;
}

/* What run() in worker.c does between two questions whether it must stop. */
void proc_turn(struct proc *p)
{
	struct shard_thread *t = &p->worker->threads[shard];
	struct proc *before = seam_enter(p);
	bool held = t->lease.epoch != 0;

	p->at_work = true;
	if (turn(t))
		lease_drop(&t->lease);
	p->at_work = p->late = false;
	seam_leave(p, before);
	if (held != (t->lease.epoch != 0) && !p->dead)
		tell("%s has the shard%s", p->name, held ? " no more" : "");
}

void proc_request(struct proc *p, httpd_h *handler, const struct httpd_request *req,
		  struct httpd_reply *rep)
{
	struct proc *before = seam_enter(p);

	handler(req, rep, &p->app);
	seam_leave(p, before);
}

bool proc_put_line(struct proc *p, const char *line, const char *config)
{
	struct proc *before = seam_enter(p);
	char why[JSON_WHY_MAX] = "";
	struct lineconf conf;
	bool created, done;

	done = lineconf_read(config, strlen(config), &conf, why) == 0 &&
	       lines_put(p->app.lines, line, &conf, &created, why) == 0;
	lineconf_free(&conf);
	seam_leave(p, before);
	if (why[0])
		broken("%s: %s", line, why);
	return done;
}
