/**
 * @file test_jwt.c  Signed requests: tokens made here, by OpenSSL, and checked by the service
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "jwt.h"

enum {
	NOW_S = 1764000000,
};

#define KEY "PlLrKaqvZNRR5zAjm42ZT6q1SQxgbbGd"
#define URL "https://us.example.com/v1/sms/reports/messagebird?id=1&status=delivered"
/* printf hello | sha256sum */
#define HELLO_HASH "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

static const char header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

static struct jwt_request request;
static char why[JWT_WHY_MAX];

/* ----- making tokens ----- */

static size_t encode(const void *p, size_t n, char *out)
{
	size_t len = (size_t)EVP_EncodeBlock((unsigned char *)out, p, (int)n);

	for (size_t i = 0; i < len; i++)
		out[i] = (char)(out[i] == '+' ? '-' : out[i] == '/' ? '_' : out[i]);
	while (len && out[len - 1] == '=')
		len--;
	out[len] = '\0';
	return len;
}

static const char *sign_with(const EVP_MD *md, const char *key, const char *head,
			     const char *claims)
{
	static char token[2 * JWT_MAX];
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned mac_len;
	size_t len = encode(head, strlen(head), token);

	token[len++] = '.';
	len += encode(claims, strlen(claims), token + len);
	HMAC(md, key, (int)strlen(key), (unsigned char *)token, len, mac, &mac_len);
	token[len++] = '.';
	encode(mac, mac_len, token + len);
	return token;
}

static const char *sign(const char *claims)
{
	return sign_with(EVP_sha256(), KEY, header, claims);
}

static const char *hash_of(const char *text)
{
	static char hex[2 * EVP_MAX_MD_SIZE + 1];
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned len;

	EVP_Digest(text, strlen(text), md, &len, EVP_sha256(), NULL);
	for (unsigned i = 0; i < len; i++)
		snprintf(hex + (size_t)2 * i, 3, "%02x", md[i]);
	return hex;
}

/* What is usual, but for the time and what is added. */
static const char *claims_of(int64_t nbf, int64_t exp, const char *more)
{
	static char claims[1024];

	snprintf(
	    claims, sizeof(claims),
	    "{\"iss\":\"MessageBird\",\"nbf\":%ld,\"exp\":%ld,\"jti\":\"j\",\"url_hash\":\"%s\"%s}",
	    (long)nbf, (long)exp, hash_of(URL), more);
	return claims;
}

static const char *good_claims(void)
{
	return claims_of(NOW_S, NOW_S + 60, "");
}

static int set_up(void **state)
{
	(void)state;
	request = (struct jwt_request){
	    .key = KEY, .issuer = "MessageBird", .url = URL, .body = "", .now_s = NOW_S};
	why[0] = '\0';
	return 0;
}

static void assert_refused(const char *token, const char *reason)
{
	assert_int_equal(jwt_check(token, &request, why), EACCES);
	assert_string_equal(why, reason);
}

/* ----- tests ----- */

static void a_signed_request_is_taken(void **state)
{
	(void)state;
	assert_int_equal(jwt_check(sign(good_claims()), &request, why), 0);
	assert_int_equal(
	    jwt_check(sign_with(EVP_sha384(), KEY, "{\"alg\":\"HS384\"}", good_claims()), &request,
		      why),
	    0);
	assert_int_equal(
	    jwt_check(sign_with(EVP_sha512(), KEY, "{\"alg\":\"HS512\"}", good_claims()), &request,
		      why),
	    0);
}

/* RFC 7515, appendix A.1: its claims are not ours, but its signature is right. */
static void the_published_example_has_a_right_signature(void **state)
{
	static const char token[] = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
				    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leG"
				    "FtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
				    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
	static const unsigned char key[] = {
	    3,	 35,  53,  75,	43, 15,	 165, 188, 131, 126, 6,	  101, 119, 123, 166, 143, 90,
	    179, 40,  230, 240, 84, 201, 40,  169, 15,	132, 178, 210, 80,  46,	 191, 211, 251,
	    90,	 146, 210, 6,	71, 239, 150, 138, 180, 195, 119, 98,  61,  34,	 61,  46,  33,
	    114, 5,   46,  79,	8,  192, 205, 154, 245, 103, 208, 128, 163, 0};

	(void)state;
	request.key = (const char *)key;
	request.issuer = "joe";
	assert_refused(token, "jti is missing");
	request.key = KEY;
	assert_refused(token, "the signature is not by our key");
}

static void another_signature_is_refused(void **state)
{
	static const char not_ours[] = "the signature is not by our key";
	char token[JWT_MAX];
	char *last;

	(void)state;
	assert_refused(sign_with(EVP_sha256(), "another key", header, good_claims()), not_ours);
	assert_refused(sign_with(EVP_sha512(), KEY, header, good_claims()), not_ours);
	snprintf(token, sizeof(token), "%s", sign(good_claims()));
	last = strrchr(token, '.');
	last[1] = last[1] == 'A' ? 'B' : 'A';
	assert_refused(token, not_ours);
	snprintf(token, sizeof(token), "%s", sign(good_claims()));
	token[60] = token[60] == 'A' ? 'B' : 'A'; /* in the claims */
	assert_refused(token, not_ours);
}

static void only_algorithms_with_a_secret_are_known(void **state)
{
	static const char *const heads[] = {"{\"alg\":\"none\"}",
					    "{\"alg\":\"RS256\"}",
					    "{\"alg\":\"hs256\"}",
					    "{\"alg\":256}",
					    "{}",
					    "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}"};
	char token[JWT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		assert_refused(sign_with(EVP_sha256(), KEY, heads[i], good_claims()),
			       "the algorithm is none of HS256, HS384, HS512");
	snprintf(token, sizeof(token), "%s",
		 sign_with(EVP_sha256(), KEY, "{\"alg\":\"none\"}", good_claims()));
	strrchr(token, '.')[1] = '\0';
	assert_refused(token, "the algorithm is none of HS256, HS384, HS512");
	assert_refused(sign_with(EVP_sha256(), KEY, "HS256", good_claims()),
		       "the header is no JSON");
}

static void a_token_has_its_time(void **state)
{
	const int64_t from = NOW_S - 30, until = NOW_S + 30, leeway = JWT_LEEWAY_S;
	const struct {
		int64_t now;
		const char *wrong;
	} cases[] = {
	    {from, NULL},
	    {until, NULL},
	    {from - leeway, NULL},
	    {until + leeway, NULL},
	    {from - leeway - 1, "nbf is to come"},
	    {until + leeway + 1, "exp is over"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *token = sign(claims_of(from, until, ""));

		request.now_s = cases[i].now;
		if (cases[i].wrong)
			assert_refused(token, cases[i].wrong);
		else
			assert_int_equal(jwt_check(token, &request, why), 0);
	}
	request.now_s = NOW_S;
	assert_refused(sign(claims_of(INT64_MIN, INT64_MIN, "")), "exp is over");
	assert_refused(sign(claims_of(INT64_MAX, INT64_MAX, "")), "nbf is to come");
}

static void claims_are_needed(void **state)
{
	static const struct {
		const char *claims, *wrong;
	} cases[] = {
	    {"{\"nbf\":0}", "iss is another"},
	    {"{\"iss\":\"messagebird\"}", "iss is another"},
	    {"{\"iss\":7}", "iss is another"},
	    {"{\"iss\":\"MessageBird\"}", "jti is missing"},
	    {"{\"iss\":\"MessageBird\",\"jti\":\"\"}", "jti is missing"},
	    {"{\"iss\":\"MessageBird\",\"jti\":\"j\",\"nbf\":0}", "nbf or exp is missing"},
	    {"{\"iss\":\"MessageBird\",\"jti\":\"j\",\"nbf\":\"0\",\"exp\":\"9\"}",
	     "nbf or exp is missing"},
	    {"{\"iss\":\"MessageBird\",\"jti\":\"j\",\"nbf\":0,\"exp\":2000000000}",
	     "url_hash is of another URL"},
	    {"[]", "iss is another"},
	    {"not JSON", "the claims are no JSON"},
	    {"{\"iss\":\"MessageBird\",\"iss\":\"MessageBird\"}", "the claims are no JSON"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_refused(sign(cases[i].claims), cases[i].wrong);
}

static void it_is_about_this_url_and_this_body(void **state)
{
	static const char body_hash[] = ",\"payload_hash\":\"" HELLO_HASH "\"";

	(void)state;
	request.url = URL "&more";
	assert_refused(sign(good_claims()), "url_hash is of another URL");
	request.url = URL;
	assert_refused(sign(claims_of(NOW_S, NOW_S, body_hash)), "payload_hash, but no body");
	request.body = "hello";
	request.body_len = 5;
	assert_int_equal(jwt_check(sign(claims_of(NOW_S, NOW_S, body_hash)), &request, why), 0);
	assert_refused(sign(good_claims()), "payload_hash is of another body");
	request.body_len = 4;
	assert_refused(sign(claims_of(NOW_S, NOW_S, body_hash)), "payload_hash is of another body");
}

static void what_is_no_token_is_refused(void **state)
{
	static const char *const texts[] = {"",
					    ".",
					    "..",
					    "...",
					    "a.b.c",
					    "e30.e30",
					    "e30.e30.e30.e30",
					    "e30=.e30.e30",
					    "e3 0.e30.e30",
					    "e+0.e30.e30",
					    "e31.e30.e30" /* bits left over */};
	static char text[3 * JWT_MAX];

	(void)state;
	assert_refused(NULL, "there is none");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(jwt_check(texts[i], &request, why), EACCES);
	for (size_t len = JWT_MAX - 8; len < sizeof(text); len += len < JWT_MAX + 8 ? 1 : 999) {
		memset(text, 'A', len);
		text[len] = '\0';
		assert_refused(text, "it is no token");
		text[len / 3] = text[len / 3 * 2] = '.';
		assert_int_equal(jwt_check(text, &request, why), EACCES);
	}
}

/* Any change of any character; and bytes of any kind. */
static void no_other_text_is_taken(void **state)
{
	char good[JWT_MAX], token[JWT_MAX];
	unsigned seed = 1;

	(void)state;
	snprintf(good, sizeof(good), "%s", sign(good_claims()));
	for (int i = 0; i < 20000; i++) {
		size_t len = strlen(good), at = (size_t)rand_r(&seed) % len;

		memcpy(token, good, len + 1);
		for (int n = rand_r(&seed) % 4; n >= 0; n--) {
			token[at] = (char)(rand_r(&seed) % 256);
			at = (at + (size_t)rand_r(&seed) % 3) % len;
		}
		if (strcmp(token, good) != 0)
			assert_int_equal(jwt_check(token, &request, why), EACCES);
	}
	assert_int_equal(jwt_check(good, &request, why), 0);
}

#define TEST(test) cmocka_unit_test_setup(test, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_signed_request_is_taken),
	    TEST(the_published_example_has_a_right_signature),
	    TEST(another_signature_is_refused),
	    TEST(only_algorithms_with_a_secret_are_known),
	    TEST(a_token_has_its_time),
	    TEST(claims_are_needed),
	    TEST(it_is_about_this_url_and_this_body),
	    TEST(what_is_no_token_is_refused),
	    TEST(no_other_text_is_taken),
	};

	return cmocka_run_group_tests_name("jwt", tests, NULL, NULL);
}
