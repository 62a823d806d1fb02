/**
 * @file test_digest.c  SHA-256, leg ids, comparison of secrets
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "digest.h"

/* FIPS 180-2, appendix B, and the empty message */
static void hex_has_the_published_values(void **state)
{
	static const struct {
		const char *text, *hex;
	} cases[] = {
	    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	char out[DIGEST_HEX_BUF];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(digest_hex(cases[i].text, strlen(cases[i].text), out), 0);
		assert_string_equal(out, cases[i].hex);
	}
	assert_int_equal(digest_hex(NULL, 0, out), 0);
	assert_string_equal(out, cases[0].hex);
}

static void sha1_has_the_published_values(void **state)
{
	char out[DIGEST_SHA1_BUF] = "untouched";

	(void)state;
	assert_int_equal(digest_sha1_hex(NULL, 1, out), EINVAL);
	assert_int_equal(digest_sha1_hex("x", 1, NULL), EINVAL);
	assert_string_equal(out, "untouched");
	assert_int_equal(digest_sha1_hex("abc", 3, out), 0);
	assert_string_equal(out, "a9993e364706816aba3e25717850c26c9cd0d89d");
}

/* RFC 2069 4 and RFC 2617 3.5, which gives its response only: the HA1 of it is well known */
static void ha1_has_the_published_value(void **state)
{
	char out[DIGEST_HA1_BUF] = "untouched";

	(void)state;
	assert_int_equal(digest_ha1(NULL, "r", "p", out), EINVAL);
	assert_int_equal(digest_ha1("u", NULL, "p", out), EINVAL);
	assert_int_equal(digest_ha1("u", "r", NULL, out), EINVAL);
	assert_int_equal(digest_ha1("u", "r", "p", NULL), EINVAL);
	assert_string_equal(out, "untouched");
	assert_int_equal(digest_ha1("Mufasa", "testrealm@host.com", "Circle Of Life", out), 0);
	assert_string_equal(out, "939e7578ed9e3c518a452acee763bce9");
}

static void hex_covers_bytes_behind_nul(void **state)
{
	char a[DIGEST_HEX_BUF], b[DIGEST_HEX_BUF];

	(void)state;
	assert_int_equal(digest_hex("x\0y", 3, a), 0);
	assert_int_equal(digest_hex("x\0z", 3, b), 0);
	assert_string_not_equal(a, b);
}

static void leg_id_is_a_prefix_of_the_digest(void **state)
{
	char id[LEG_ID_MAX], hex[DIGEST_HEX_BUF];

	(void)state;
	assert_int_equal(digest_leg_id("a84b4c76e66710@pc33", "1928301774", id), 0);
	assert_int_equal(digest_hex("a84b4c76e66710@pc33\n1928301774", 30, hex), 0);
	assert_int_equal(strlen(id), 20);
	assert_memory_equal(id, hex, 20);
}

static void leg_id_tells_dialogs_apart(void **state)
{
	char a[LEG_ID_MAX], b[LEG_ID_MAX], c[LEG_ID_MAX];

	(void)state;
	assert_int_equal(digest_leg_id("call", "tag", a), 0);
	assert_int_equal(digest_leg_id("cal", "ltag", b), 0);
	assert_int_equal(digest_leg_id("call", "tag", c), 0);
	assert_string_not_equal(a, b);
	assert_string_equal(a, c);
}

static void equal_compares_whole_strings(void **state)
{
	(void)state;
	assert_true(digest_equal("0123456789abcdef", "0123456789abcdef"));
	assert_true(digest_equal("", ""));
	assert_false(digest_equal("0123456789abcdef", "0123456789abcdeF"));
	assert_false(digest_equal("0123456789abcdef", "0123456789abcde"));
	assert_false(digest_equal("", "a"));
	assert_false(digest_equal(NULL, "a"));
	assert_false(digest_equal("a", NULL));
	assert_false(digest_equal(NULL, NULL));
}

static void arguments_are_checked(void **state)
{
	char out[DIGEST_HEX_BUF] = "untouched", id[LEG_ID_MAX] = "untouched";

	(void)state;
	assert_int_equal(digest_hex(NULL, 1, out), EINVAL);
	assert_int_equal(digest_hex("a", 1, NULL), EINVAL);
	assert_int_equal(digest_leg_id(NULL, "tag", id), EINVAL);
	assert_int_equal(digest_leg_id("call", NULL, id), EINVAL);
	assert_int_equal(digest_leg_id("", "tag", id), EINVAL);
	assert_int_equal(digest_leg_id("call", "", id), EINVAL);
	assert_int_equal(digest_leg_id("call", "tag", NULL), EINVAL);
	assert_string_equal(out, "untouched");
	assert_string_equal(id, "untouched");
}

/* RFC 4231, test case 2 */
static void hmac_has_the_published_values(void **state)
{
	static const unsigned char mac[] = {0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e,
					    0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
					    0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83,
					    0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43};
	const struct digest_bytes key = {"Jefe", 4}, text = {"what do ya want for nothing?", 28};
	unsigned char wrong[sizeof(mac)];
	char out[DIGEST_HEX_BUF] = "untouched";

	(void)state;
	assert_int_equal(digest_hmac_hex((struct digest_bytes){"", 0}, text, out), EINVAL);
	assert_int_equal(digest_hmac_hex(key, (struct digest_bytes){NULL, 0}, out), EINVAL);
	assert_string_equal(out, "untouched");
	assert_int_equal(digest_hmac_hex(key, text, out), 0);
	assert_string_equal(out,
			    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	assert_true(digest_hmac_ok(DIGEST_SHA256, key, text, (struct digest_bytes){mac, 32}));
	for (size_t i = 0; i < sizeof(mac); i++) {
		memcpy(wrong, mac, sizeof(mac));
		wrong[i] ^= 1;
		assert_false(
		    digest_hmac_ok(DIGEST_SHA256, key, text, (struct digest_bytes){wrong, 32}));
	}
	assert_false(digest_hmac_ok(DIGEST_SHA256, key, text, (struct digest_bytes){mac, 31}));
	assert_false(digest_hmac_ok(DIGEST_SHA256, key, text, (struct digest_bytes){mac, 0}));
	assert_false(digest_hmac_ok(DIGEST_SHA384, key, text, (struct digest_bytes){mac, 32}));
	assert_false(digest_hmac_ok(DIGEST_SHA512, key, text, (struct digest_bytes){mac, 32}));
	assert_false(digest_hmac_ok(DIGEST_SHA256, (struct digest_bytes){"", 0}, text,
				    (struct digest_bytes){mac, 32}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hex_has_the_published_values),
	    cmocka_unit_test(sha1_has_the_published_values),
	    cmocka_unit_test(ha1_has_the_published_value),
	    cmocka_unit_test(hex_covers_bytes_behind_nul),
	    cmocka_unit_test(leg_id_is_a_prefix_of_the_digest),
	    cmocka_unit_test(leg_id_tells_dialogs_apart),
	    cmocka_unit_test(equal_compares_whole_strings),
	    cmocka_unit_test(arguments_are_checked),
	    cmocka_unit_test(hmac_has_the_published_values),
	};

	return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
