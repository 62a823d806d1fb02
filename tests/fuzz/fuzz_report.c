/**
 * @file fuzz_report.c  Delivery reports of the SMS providers, signed or not
 *
 * Parts: the provider, headers, query, body; then what Redis answers. A header "Sign: <key>" makes
 * a token of two more parts (header and claims) and signs it; "%url" and "%body" in the claims are
 * the digests that they must name.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "digest.h"
#include "json.h"
#include "jwt.h"
#include "outside.h"
#include "report.h"
#include "reports.h"
#include "strbuf.h"

static const char TARGET[] = "/";

/* base64url without padding */
static void add_base64(struct strbuf *b, const void *p, size_t n)
{
	unsigned char *text = calloc(1, n / 3 * 4 + 5);
	int len = EVP_EncodeBlock(text, p, (int)n);

	for (int i = 0; i < len && text[i] != '='; i++)
		text[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
	strbuf_add(b, text, strcspn((char *)text, "="));
	free(text);
}

static void add_claims(struct strbuf *b, const char *claims, const char *body, size_t len)
{
	char url[DIGEST_HEX_BUF], payload[DIGEST_HEX_BUF];
	struct strbuf text;

	fuzz_require(digest_hex(OUTSIDE_PUBLIC_URL "/", sizeof(OUTSIDE_PUBLIC_URL), url) == 0);
	fuzz_require(digest_hex(body, len, payload) == 0);
	strbuf_init(&text, SIZE_MAX - 1);
	strbuf_add(&text, "", 0);
	for (; *claims; claims++) {
		if (strncmp(claims, "%url", 4) == 0) {
			strbuf_addf(&text, "%s", url);
			claims += 3;
		} else if (strncmp(claims, "%body", 5) == 0) {
			strbuf_addf(&text, "%s", payload);
			claims += 4;
		} else {
			strbuf_add(&text, claims, 1);
		}
	}
	add_base64(b, text.p, text.len);
	strbuf_free(&text);
}

static const EVP_MD *algorithm(const char *header)
{
	return strstr(header, "HS384")	 ? EVP_sha384()
	       : strstr(header, "HS512") ? EVP_sha512()
					 : EVP_sha256();
}

/* A token that whoever has the key has signed. */
static char *sign(struct fuzz *f, const char *key, const char *body, size_t len)
{
	const char *header = fuzz_text(f), *claims = fuzz_text(f);
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	struct strbuf b;
	char *token;

	strbuf_init(&b, SIZE_MAX - 1);
	add_base64(&b, header, strlen(header));
	strbuf_addf(&b, ".");
	add_claims(&b, claims, body, len);
	HMAC(algorithm(header), key, (int)strlen(key), (const unsigned char *)b.p, b.len, mac, &n);
	strbuf_addf(&b, ".");
	add_base64(&b, mac, n);
	fuzz_require(strbuf_take(&b, &token) == 0);
	return token;
}

static bool is_id(const char *id)
{
	return strchr(id, '.') && strlen(id) < REPORT_ID_BUF &&
	       !id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-_.")];
}

static void check_report(const struct report *r, int err, const char *why)
{
	if (err) {
		fuzz_require(err == EBADMSG && memchr(why, '\0', JSON_WHY_MAX) && why[0]);
		return;
	}
	fuzz_require(is_id(r->id) && line_id_valid(r->line));
	fuzz_require(strncmp(r->id, r->line, strlen(r->line)) == 0);
	fuzz_require(r->verdict == PROVIDER_SENT || r->verdict == PROVIDER_DELIVERED ||
		     r->verdict == PROVIDER_FAILED);
	fuzz_require(memchr(r->provider_id, '\0', PROVIDER_ID_BUF));
	fuzz_require(memchr(r->error, '\0', PROVIDER_ERROR_BUF));
}

struct query {
	struct fuzz *f;
	const char *lines;
};

static const char *from_query(const char *name, void *arg)
{
	const struct query *q = arg;

	return fuzz_lookup(q->f, q->lines, name);
}

static void check_readers(struct fuzz *f, const char *query, const char *body, size_t len)
{
	struct query q = {f, query};
	char why[JSON_WHY_MAX] = "";
	struct report r;
	int err = report_read_messagebird(from_query, &q, body, len, &r, why);

	check_report(&r, err, why);
	why[0] = '\0';
	err = report_read_webhook(body, len, &r, why);
	check_report(&r, err, why);
}

/* Nothing but what is signed by our key is taken, whoever made it. */
static void check_token(const char *token, const char *key, const char *body, size_t len)
{
	const struct jwt_request req = {
	    .key = OUTSIDE_SIGNING_KEY,
	    .issuer = "MessageBird",
	    .url = OUTSIDE_PUBLIC_URL "/",
	    .body = body,
	    .body_len = len,
	    .now_s = OUTSIDE_NOW_S,
	};
	char why[JWT_WHY_MAX] = "";
	int err = jwt_check(token, &req, why);

	if (err)
		fuzz_require(err == EACCES && memchr(why, '\0', sizeof(why)) && why[0]);
	else
		fuzz_require(key && strcmp(key, OUTSIDE_SIGNING_KEY) == 0);
}

bool fuzz_one(struct fuzz *f)
{
	const char *provider = fuzz_text(f), *headers = fuzz_text(f), *query = fuzz_text(f);
	struct httpd_reply rep = {.status = 0};
	struct httpd_request req;
	const char *body, *key;
	char *token = NULL, *lines = NULL;
	size_t len;
	bool taken;

	body = fuzz_bytes(f, &len);
	check_readers(f, query, body, len);
	key = fuzz_lookup(f, headers, "Sign");
	if (key)
		token = sign(f, key, body, len);
	check_token(token ? token : fuzz_lookup(f, headers, "MessageBird-Signature-JWT"), key, body,
		    len);
	fuzz_require(asprintf(&lines, "%s%s\n%s", token ? "MessageBird-Signature-JWT: " : "",
			      token ? token : "", headers) >= 0);

	req = outside_request(provider, body, len, lines, query);
	req.target = TARGET;
	reports_take(&req, &rep, outside_app());
	taken = rep.status == 200;
	if (taken) {
		fuzz_require(is_id(outside_script_arg(1)));
		fuzz_require(strcmp(outside_script_arg(2), provider) == 0);
	}
	json_free(outside_reply(&rep));
	free(token);
	free(lines);
	return taken;
}
