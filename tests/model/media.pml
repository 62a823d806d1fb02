/*
 * The commands to rtpengine (service/src/media.c). Each inline is what cannot be interrupted by a crash that matters:
 * an offer changes nothing that is heard.
 */

/* media_create(): its answer is for the caller */
inline make_media(l)
{
	media[l].call = 1;
	media[l].peer = NOBODY;
	media[l].made_of = 0;
	media[l].known = 1;
	media[l].recorded = 1; /* answered.lua; if that is lost, so is Redis */
	media[l].lost = 0
}

/* media_park(), the first half: a call that is not there is made, and nobody tells the caller where it is */
inline park(l)
{
	media[l].call = 1;
	media[l].peer = NOBODY;
	media[l].lost = 0
}

inline play(l)
{
	media[l].plays = 1
}

/* media_connect() */
inline point_at(a, b)
{
	media[a].call = 1;
	media[b].call = 1;
	media[a].lost = 0;
	media[b].lost = 0;
	media[a].peer = b
}

inline stop_both(a, b)
{
	media[a].plays = 0;
	media[b].plays = 0
}

inline delete(l)
{
	media[l].call = 0;
	media[l].peer = NOBODY;
	media[l].plays = 0;
	media[l].made_of = 0;
	media[l].known = 0;
	media[l].recorded = 0;
	media[l].offered = 0;
	media[l].lost = 0
}
