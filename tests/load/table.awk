# The table of results, from the "name value" lines of loadgen and run.sh.
{ v[$1] = $2 }

function row(what, measured, target, verdict,    line) {
	line = sprintf("%-50s  %-42s  %-23s  %s", what, measured, target, verdict)
	sub(/ +$/, "", line)
	print line
}

function ms(name) {
	return sprintf("%.1f", v[name] / 1000)
}

function spread(name) {
	return sprintf("p50 %s  p90 %s  p99 %s  max %s ms", ms(name "_p50_us"), ms(name "_p90_us"),
		ms(name "_p99_us"), ms(name "_max_us"))
}

function met(is_met) {
	return is_met ? "met" : "MISSED"
}

# Figures of a generator that was itself too slow say nothing about the server.
function verdict(measure, is_met) {
	if (v[measure "_generator_percent"] > 80 || v[measure "_datagrams_dropped"] > 0)
		return "void: the generator was too slow"
	return met(is_met)
}

function both(name, p50, p99) {
	return v[name "_n"] > 0 && v[name "_p50_us"] <= p50 * 1000 && v[name "_p99_us"] <= p99 * 1000
}

function busy(measure) {
	row("  processors busy / of one core, the generator",
		v[measure "_machine_percent"] " % / " v[measure "_generator_percent"] " %", "", "")
}

function calls(measure) {
	row("  failed calls", v[measure "_failed"] " of " v[measure "_calls"], "0", met(v[measure "_failed"] == 0))
	row("  messages sent again, by us / by the server",
		v[measure "_sent_again"] " / " v[measure "_answered_again"], "", "")
}

function machine() {
	row("this machine: a datagram to another process and back",
		"p50 " v["machine_exchange_p50_us"] "  p99 " v["machine_exchange_p99_us"] " us", "set where it took p50 34", "")
	row("  a read from memory that no cache holds", v["machine_miss_ns"] " ns", "", "")
}

function grown(name) {
	return v["invite_" name "_after"] - v["invite_" name "_before"]
}

# Where the time goes: execline_invite_seconds is of the service's own clock. In us, for each INVITE.
function steps(    n, all, redis, media) {
	n = grown("all_count")
	if (n <= 0) # with replicas, before and after may be of two processes
		return
	all = grown("all_sum") * 1e6 / n
	redis = grown("redis_sum") * 1e6 / n
	media = grown("rtpengine_sum") * 1e6 / n
	row("  on average; of it in Kamailio and on the way", sprintf("%s; %.1f ms", ms("latency_mean_us"),
		(v["latency_mean_us"] - all) / 1000), "", "")
	row("  in Redis / in rtpengine / in the service", sprintf("%.1f / %.1f / %.1f ms", redis / 1000, media / 1000,
		(all - redis - media) / 1000), "", "")
}

function latency() {
	row("INVITE -> 200 at " v["latency_rate"] " calls/s, " v["latency_n"] " calls", spread("latency"),
		"p50 <= 3, p99 <= 15 ms", verdict("latency", both("latency", 3, 15)))
	steps()
	calls("latency")
	busy("latency")
}

# A ratio is judged by nobody: both are of one run, in turns.
function provider(    plain, hanging) {
	row("INVITE -> 200 in turns: SMS go to nobody", turns("plain"), "", "")
	row("  and to a provider that hangs", turns("hanging"), "", "")
	plain = v["plain_1_p50_us"] + v["plain_2_p50_us"]
	hanging = v["hanging_1_p50_us"] + v["hanging_2_p50_us"]
	row("  ratio of the p50", plain > 0 ? sprintf("%.2f", hanging / plain) : "", "", "")
	row("  failed calls", v["plain_1_failed"] + v["plain_2_failed"] " / " v["hanging_1_failed"] + v["hanging_2_failed"],
		"0 / 0", met(v["plain_1_failed"] + v["plain_2_failed"] + v["hanging_1_failed"] + v["hanging_2_failed"] == 0))
}

function turns(name) {
	return sprintf("p50 %s, %s  p99 %s, %s ms", ms(name "_1_p50_us"), ms(name "_2_p50_us"), ms(name "_1_p99_us"),
		ms(name "_2_p99_us"))
}

function seconds(name) {
	return sprintf("%.2f", v[name] / 1000000)
}

function storm() {
	row(v["storm_hung_up"] " of " v["storm_crowd"] " on one line hang up within a second, " v["storm_arrived"] " arrive", "", "", "")
	row("  BYE -> 200", spread("storm_bye"), "", "")
	row("  INVITE -> 200 of those who arrive", spread("storm_invite"), "", "")
	row("  last BYE -> status, legs, rtpengine, its rows agree",
		seconds("storm_status_us") "  " seconds("storm_legs_us") "  " seconds("storm_media_us") "  " seconds("storm_rows_us") " s",
		"5 s", verdict("storm", v["storm_status_us"] <= 5e6 && v["storm_legs_us"] <= 5e6 && v["storm_media_us"] <= 5e6 &&
			v["storm_rows_us"] <= 5e6))
	row("  then, one by one: BYE -> the next hears the host", spread("storm_advance"), "", "")
	row("  heard whom they should not / not connected", v["storm_misheard"] " / " v["storm_never_connected"], "0 / 0",
		met(v["storm_misheard"] + v["storm_never_connected"] == 0))
	calls("storm")
	busy("storm")
}

function rate() {
	row("highest rate without a failed call", v["rate_passed"] " calls/s", ">= 400 calls/s",
		verdict("rate", v["rate_passed"] >= 400))
	row("  highest with <= 0.1 % of messages sent again", v["rate_clean"] " calls/s", "", "")
}

function advance(    errors) {
	errors = v["advance_order_errors"]
	row("BYE of a member -> the next one hears the host", spread("advance"), "p50 <= 30, p99 <= 80 ms",
		verdict("advance", both("advance", 30, 80)))
	row("  -> the host hears the next one", spread("advance_reverse"), "", "")
	row("  advances, with " v["advance_waiting"] " waiting", v["advance_done"] " of " v["advance_wanted"],
		"all", met(v["advance_done"] == v["advance_wanted"]))
	row("  heard out of turn / not connected within 4 s", errors " / " v["advance_never_connected"], "0 / 0",
		met(errors + v["advance_never_connected"] == 0))
	row("  had heard no music before", v["advance_without_music"], "0", met(v["advance_without_music"] == 0))
	calls("advance")
	busy("advance")
}

function memory(    each, left) {
	each = (v["redis_waiting"] - v["redis_seated"]) / v["callers"]
	left = (v["redis_after"] - v["redis_seated"]) / v["callers"]
	row("Redis, ExecLine's keys for each of " v["callers"] " waiting", sprintf("%.0f bytes", each),
		"<= 4096 bytes", met(each <= 4096))
	row("  left for each after hanging up (history)", sprintf("%.0f bytes", left), "", "")
	calls("wait")
}

function resident() {
	if (!v["rss_seated"]) # its container could not be seen
		return
	row("execlined, resident: before / waiting / after / end",
		sprintf("%.1f / %.1f / %.1f / %.1f MB", v["rss_seated"] / 1024, v["rss_waiting"] / 1024,
			v["rss_after"] / 1024, v["rss_end"] / 1024), "", "")
}

END {
	row("on " v["cores"] " cores, the generator beside", "measured", "target", "")
	if ("machine_exchange_n" in v)
		machine()
	if ("latency_n" in v)
		latency()
	if ("plain_1_n" in v)
		provider()
	if ("rate_passed" in v)
		rate()
	if ("advance_n" in v)
		advance()
	if ("storm_crowd" in v)
		storm()
	if ("callers" in v) {
		memory()
		resident()
	}
}
