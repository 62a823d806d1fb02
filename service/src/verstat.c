/**
 * @file verstat.c  Whether the caller's number was verified
 *
 * The words are those of 3GPP TS 24.229 §7.2A.20 and, with the letter of the attestation behind, of
 * Twilio and Telnyx.
 */
#include <string.h>
#include <strings.h>

#include "verstat.h"

enum {
	WORD_BUF = 64,
};

static const char *const names[] = {
#define X(id, word) word,
    TRUSTS(X)
#undef X
};

const char *trust_name(enum trust t)
{
	return (size_t)t < sizeof(names) / sizeof(names[0]) ? names[t] : "???";
}

/* "A", "A;" and the like; 0 for anything else */
static char letter_of(const char *attestation)
{
	if (!attestation || !strchr("ABCabc", *attestation) || !*attestation)
		return 0;
	return attestation[1 + strspn(attestation + 1, "; \t")] ? 0 : attestation[0];
}

/* Behind "TN-Validation-Passed": nothing, or "-A". */
static enum trust passed(const char *suffix, const struct trunk_profile *profile, char attestation)
{
	char letter = 0;

	if (suffix[0] == '-')
		letter = letter_of(suffix + 1);
	if (suffix[0] && !letter)
		return TRUST_UNKNOWN;
	if (letter && attestation && strncasecmp(&letter, &attestation, 1) != 0)
		return TRUST_UNVERIFIED; /* they differ */
	if (!letter)
		letter = attestation;
	if (!letter)
		return profile->passed_is_full ? TRUST_VERIFIED : TRUST_UNKNOWN;
	return letter == 'A' || letter == 'a' ? TRUST_VERIFIED : TRUST_UNVERIFIED;
}

static enum trust read_word(const char *word, const struct trunk_profile *profile, char attestation)
{
	static const char good[] = "TN-Validation-Passed", bad[] = "TN-Validation-Failed";

	if (strncasecmp(word, good, sizeof(good) - 1) == 0)
		return passed(word + sizeof(good) - 1, profile, attestation);
	return strncasecmp(word, bad, sizeof(bad) - 1) == 0 ? TRUST_UNVERIFIED : TRUST_UNKNOWN;
}

static const char *header_of(const char *const headers[TRUNK_H_COUNT], enum trunk_header h)
{
	return headers ? headers[h] : NULL;
}

enum trust verstat_trust(const struct trunk_profile *profile, const struct sipuri *identity,
			 const char *const headers[TRUNK_H_COUNT])
{
	const struct {
		unsigned flag;
		const char *params;
	} places[] = {
	    {TRUNK_PAI_URI, identity ? identity->params : ""},
	    {TRUNK_PAI_USER, identity ? identity->user_params : ""},
	    {TRUNK_PAI_HEADER, identity ? identity->header_params : ""},
	};
	const char *vendor = header_of(headers, profile->verdict_header);
	const char attestation = letter_of(header_of(headers, profile->attestation_header));
	enum trust worst = TRUST_VERIFIED;
	bool said = false;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char value[WORD_BUF];
		enum trust t;

		if (!(profile->verdict & places[i].flag) ||
		    sipuri_param(places[i].params, "verstat", value, sizeof(value)))
			continue;
		t = read_word(value, profile, attestation);
		worst = t < worst ? t : worst;
		said = true;
	}
	if ((profile->verdict & TRUNK_VENDOR) && vendor) {
		enum trust t = read_word(vendor, profile, attestation);

		worst = t < worst ? t : worst;
		said = true;
	}
	return said ? worst : TRUST_UNKNOWN;
}
