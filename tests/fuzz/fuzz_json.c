/**
 * @file fuzz_json.c  JSON, and its decoding by a table with all kinds of fields
 *
 * Parts: the JSON, a text to be put into some.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "json_decode.h"

enum { WORD_BUF = 8, TEXT_MAX = 12, ITEMS_MAX = 3, N_MAX = 100 };

struct inner {
	char word[WORD_BUF];
	struct json_strs list;
};

struct sample {
	char word[WORD_BUF];
	char *text;
	int64_t n;
	bool flag;
	int choice;
	struct json_strs list;
	struct inner inner;
};

static const char *const choices[] = {"red", "green", NULL};

#define AT(type, member, kind_, ...)                                                               \
	{.name = #member, .kind = (kind_), .offset = offsetof(struct type, member), __VA_ARGS__}

static const struct json_field inner_fields[] = {
    AT(inner, word, JSON_K_STR, .max = WORD_BUF, .required = true),
    AT(inner, list, JSON_K_STRS, .lo = 1, .max = ITEMS_MAX, .hi = 4),
};
static const struct json_spec inner_spec = {inner_fields, 2};

static const struct json_field fields[] = {
    AT(sample, word, JSON_K_STR, .max = WORD_BUF, .lo = 1),
    AT(sample, text, JSON_K_TEXT, .max = TEXT_MAX),
    AT(sample, n, JSON_K_INT, .lo = -N_MAX, .hi = N_MAX),
    AT(sample, flag, JSON_K_BOOL),
    AT(sample, choice, JSON_K_ENUM, .names = choices),
    AT(sample, list, JSON_K_STRS, .max = ITEMS_MAX),
    AT(sample, inner, JSON_K_OBJ, .spec = &inner_spec),
};
static const struct json_spec spec = {fields, sizeof(fields) / sizeof(fields[0])};

static void check_list(const struct json_strs *list, size_t most)
{
	fuzz_require(list->n <= ITEMS_MAX);
	for (size_t i = 0; i < list->n; i++)
		fuzz_require(list->item[i][0] && strlen(list->item[i]) <= most);
}

static void check_fields(const struct sample *s)
{
	fuzz_require(memchr(s->word, '\0', sizeof(s->word)));
	fuzz_require(!s->text || strlen(s->text) <= TEXT_MAX);
	fuzz_require(s->n >= -N_MAX && s->n <= N_MAX);
	fuzz_require(s->choice >= 0 && s->choice < 2);
	check_list(&s->list, JSON_ITEM_MAX);
	fuzz_require(memchr(s->inner.word, '\0', sizeof(s->inner.word)));
	check_list(&s->inner.list, 4);
}

static bool same_list(const struct json_strs *a, const struct json_strs *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->item[i], b->item[i]) != 0)
			return false;
	return true;
}

static bool same(const struct sample *a, const struct sample *b)
{
	const char *one = a->text ? a->text : "-", *other = b->text ? b->text : "-";

	return !strcmp(a->word, b->word) && !strcmp(one, other) && a->n == b->n &&
	       a->flag == b->flag && a->choice == b->choice && same_list(&a->list, &b->list) &&
	       !strcmp(a->inner.word, b->inner.word) && same_list(&a->inner.list, &b->inner.list);
}

static int read_sample(const char *text, size_t len, struct sample *s)
{
	char why[JSON_WHY_MAX];
	int err;

	*s = (struct sample){.word = ""};
	fuzz_poison(why, sizeof(why));
	err = json_read(text, len, &spec, s, why);
	fuzz_require(err == 0 || err == EBADMSG || err == EINVAL);
	if (err)
		fuzz_require(memchr(why, '\0', sizeof(why)) && why[0]);
	else
		check_fields(s);
	return err;
}

/* JSON that is read and printed means the same, and is printed the same once more. */
static void check_print(const char *text, size_t len, const struct sample *s, int err)
{
	struct json *v = NULL, *again = NULL;
	char *once, *twice;
	struct sample other;

	if (json_parse(text, len, &v)) {
		fuzz_require(!v && err == EBADMSG);
		return;
	}
	fuzz_require(json_print(v, &once) == 0);
	fuzz_require(json_parse(once, strlen(once), &again) == 0);
	fuzz_require(json_print(again, &twice) == 0);
	fuzz_require(strcmp(once, twice) == 0);
	fuzz_require(read_sample(once, strlen(once), &other) == err);
	fuzz_require(err || same(s, &other));
	json_decode_free(&spec, &other);
	json_free(v);
	json_free(again);
	free(once);
	free(twice);
}

/* Any text can be said; of one that is not UTF-8 the bytes beyond ASCII are lost, none else. */
static void check_builder(const char *text)
{
	struct json *o = json_new_object(), *again = NULL;
	const char *back;
	char *printed;

	fuzz_require(json_set_str(o, "text", text) == 0);
	fuzz_require(json_print(o, &printed) == 0);
	fuzz_require(json_parse(printed, strlen(printed), &again) == 0);
	back = json_str(json_get(again, "text"));
	fuzz_require(back && strlen(back) == strlen(text));
	for (size_t i = 0; text[i]; i++)
		fuzz_require(back[i] == text[i] || (back[i] == '?' && (text[i] & 0x80)));
	json_free(again);
	json_free(o);
	free(printed);
}

bool fuzz_one(struct fuzz *f)
{
	size_t len;
	const char *text = fuzz_bytes(f, &len);
	struct sample s;
	int err = read_sample(text, len, &s);

	check_print(text, len, &s, err);
	json_decode_free(&spec, &s);
	check_builder(fuzz_text(f));
	return err == 0;
}
