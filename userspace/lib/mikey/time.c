// SPDX-License-Identifier: BSD-3-Clause
/* NTP timestamps and monthly key periods. */
#include <string.h>

#include "mikey/internal.h"

#define NTP_UNIX_OFFSET INT64_C(2208988800) /* seconds from 1900 to 1970 */
#define NTP_ERA (INT64_C(1) << 32)	    /* seconds of an era: to 2036-02-07, and so on */

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

uint64_t ksrtp_mikey_ntp_from_ns(int64_t ns)
{
	int64_t sec = floor_div(ns, NSEC_PER_SEC);
	uint64_t frac = (uint64_t)(ns - sec * NSEC_PER_SEC);

	/* rounded up, so that the way back by rounding down gives @ns again */
	frac = ((frac << 32) + NSEC_PER_SEC - 1) / NSEC_PER_SEC;
	return (uint64_t)(sec + NTP_UNIX_OFFSET) << 32 | frac;
}

int64_t ksrtp_mikey_ntp_to_ns(uint64_t ntp, int64_t near_ns)
{
	int64_t sec = (int64_t)(ntp >> 32) - NTP_UNIX_OFFSET;
	int64_t frac = (int64_t)((ntp & UINT32_MAX) * (uint64_t)NSEC_PER_SEC >> 32);
	int64_t near_sec = floor_div(near_ns, NSEC_PER_SEC);

	sec += floor_div(near_sec - sec + NTP_ERA / 2, NTP_ERA) * NTP_ERA;
	/* nanoseconds hold no more than 1677 to 2262 */
	if (sec >= INT64_MAX / NSEC_PER_SEC)
		sec -= NTP_ERA;
	if (sec <= INT64_MIN / NSEC_PER_SEC)
		sec += NTP_ERA;
	return sec * NSEC_PER_SEC + frac;
}

int64_t ksrtp_mikey_unique_time(int64_t *last_ns, int64_t now_ns)
{
	if (now_ns <= *last_ns)
		now_ns = *last_ns + 1;
	*last_ns = now_ns;
	return now_ns;
}

/*
 * Civil date of a day counted from 1970-01-01, for the Gregorian calendar in
 * 400-year cycles of 146,097 days that begin on 1 March.
 */
static void civil(int64_t day, int64_t *year, int *month, int *mday)
{
	int64_t z = day + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*mday = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = yoe + era * 400 + (*month <= 2);
}

static void civil_of_ns(int64_t ns, int64_t *year, int *month, int *mday)
{
	civil(floor_div(ns, NSEC_PER_SEC * 86400), year, month, mday);
}

int32_t ksrtp_mikey_month(int64_t ns)
{
	int64_t year;
	int month, mday;

	civil_of_ns(ns, &year, &month, &mday);
	return (int32_t)(year * 12 + month - 1);
}

static bool has_form(int32_t month)
{
	return month >= 0 && month < 10000 * 12;
}

void ksrtp_mikey_month_format(int32_t month, char out[8])
{
	int year, m;

	if (!has_form(month)) {
		memcpy(out, "0000-00", 8);
		return;
	}
	year = month / 12;
	m = month % 12 + 1;
	out[0] = (char)('0' + year / 1000);
	out[1] = (char)('0' + year / 100 % 10);
	out[2] = (char)('0' + year / 10 % 10);
	out[3] = (char)('0' + year % 10);
	out[4] = '-';
	out[5] = (char)('0' + m / 10);
	out[6] = (char)('0' + m % 10);
	out[7] = 0;
}

bool ksrtp_mikey_month_parse(const char *text, int32_t *month)
{
	int year, m;

	if (strlen(text) != 7 || text[4] != '-')
		return false;
	for (int i = 0; i < 7; i++)
		if (i != 4 && (text[i] < '0' || text[i] > '9'))
			return false;
	year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 +
	       (text[3] - '0');
	m = (text[5] - '0') * 10 + (text[6] - '0');
	if (m < 1 || m > 12)
		return false;
	*month = year * 12 + m - 1;
	return true;
}

bool ksrtp_mikey_month_acceptable(int32_t month, int64_t now_ns)
{
	const int64_t two_days = 2 * 86400 * NSEC_PER_SEC;
	int32_t now = ksrtp_mikey_month(now_ns);
	int64_t year;
	int m, mday;

	if (month == now)
		return true;
	civil_of_ns(now_ns, &year, &m, &mday);
	if (month == now - 1)
		return mday <= 2;
	/* the second-to-last day and the last: two days on is in the next month */
	return month == now + 1 && now_ns < INT64_MAX - two_days &&
	       ksrtp_mikey_month(now_ns + two_days) == month;
}
