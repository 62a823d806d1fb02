/**
 * @file e164.cc  Telephone numbers in E.164 form, by libphonenumber
 *
 * A C interface to a C++ library: no exception leaves this file. PhoneNumberUtil is a singleton
 * whose parser may be used from any thread.
 */
#include <cerrno>
#include <cstring>
#include <new>
#include <string>

#include <phonenumbers/phonenumberutil.h>

#include "e164.h"

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace
{

const char digits[] = "0123456789";

/* The library would also read letters ("1-800-FLOWERS"), extensions and tel: URIs: none of them
 * is a caller's number. */
bool looks_like_number(const char *s)
{
	size_t n = strnlen(s, E164_INPUT_MAX + 1);
	size_t prefix = strcspn(s, digits);

	if (n > E164_INPUT_MAX || prefix == n)
		return false;
	if (strspn(s, "+0123456789 -./()") != n)
		return false;

	const char *plus = strrchr(s, '+');

	return !plus || (strchr(s, '+') == plus && static_cast<size_t>(plus - s) < prefix);
}

bool known(const char *iso)
{
	if (strlen(iso) != 2)
		return false;
	return PhoneNumberUtil::GetInstance()->GetCountryCodeForRegion(iso) != 0;
}

enum fit { IMPOSSIBLE, POSSIBLE, VALID };

/* How well a number fits its country's plan */
int fit_of(const PhoneNumberUtil *util, const PhoneNumber &number)
{
	if (util->IsValidNumber(number))
		return VALID;
	return util->IsPossibleNumber(number) ? POSSIBLE : IMPOSSIBLE;
}

/* Whether a number has the country's code where its national prefix should be: in Germany "49..."
 * and not "0..." */
bool has_own_code(const PhoneNumberUtil *util, std::string text, const char *country)
{
	std::string code = std::to_string(util->GetCountryCodeForRegion(country)), prefix;

	util->NormalizeDigitsOnly(&text);
	util->GetNddPrefixForRegion(country, true, &prefix);
	return !prefix.empty() && text.compare(0, prefix.size(), prefix) != 0 &&
	       text.compare(0, code.size(), code) == 0;
}

/* Some carriers send E.164 numbers without the plus. A number is taken for one if it fits that way
 * better than as a national number ("491711234567" in the US). */
void restore_plus(const PhoneNumberUtil *util, const char *text, const char *country,
		  PhoneNumber *number)
{
	PhoneNumber international;
	int least = has_own_code(util, text, country) ? VALID : fit_of(util, *number) + 1;

	if (least > VALID)
		return;
	if (util->Parse(std::string("+") + text, country, &international) ==
		PhoneNumberUtil::NO_PARSING_ERROR &&
	    fit_of(util, international) >= least)
		*number = international;
}

int normalise(const char *text, const char *country, char out[E164_BUF])
{
	const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
	PhoneNumber number;
	std::string e164;

	if (!known(country))
		return EINVAL;
	if (util->Parse(text, country, &number) != PhoneNumberUtil::NO_PARSING_ERROR)
		return EBADMSG;
	if (!strchr(text, '+'))
		restore_plus(util, text, country, &number);

	util->Format(number, PhoneNumberUtil::E164, &e164);
	if (!e164_valid(e164.c_str()))
		return EBADMSG;

	memcpy(out, e164.c_str(), e164.size() + 1);
	return 0;
}

} // namespace

int e164_normalise(const char *number, const char *country, char out[E164_BUF])
{
	if (!number || !country || !out)
		return EINVAL;
	if (!looks_like_number(number))
		return EBADMSG;

	try {
		return normalise(number, country, out);
	} catch (const std::bad_alloc &) {
		return ENOMEM;
	} catch (...) {
		return EBADMSG;
	}
}

bool e164_valid(const char *number)
{
	if (!number || number[0] != '+' || number[1] < '1' || number[1] > '9')
		return false;

	size_t n = strspn(number + 1, digits);

	return n >= 2 && n <= E164_DIGITS_MAX && number[1 + n] == '\0';
}

bool e164_country_known(const char *iso)
{
	try {
		return iso && known(iso);
	} catch (...) {
		return false;
	}
}
