/*
 * sample_day.c
 *	  Writes JSON Lines of telemetry as a desk of trading agents would send it:
 *	  whole trading days of coherent runs.
 *
 * Prices walk at random; fills agree with the intents they execute, positions
 * with fills, cash and equity with both, performance with equity and flows.
 * The same options give the same bytes.  --private plants material that has to
 * be redacted, --bad lines that have to be rejected, --repeat lines sent twice.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>

#include "sample_json.h"

#define SYMBOLS			24
#define MAX_AGENTS		64
#define CYCLES_PER_DAY	13	/* every half hour from 13:30 UTC */
#define START_CASH		INT64_C(10000000)	/* cents */
#define INDEX_UNIT		INT64_C(1000000000)
#define COST_UNIT		INT64_C(10000)	/* so that partial sales do not add up what is rounded */

typedef struct Symbol
{
	const char *name;
	int64_t		price;			/* cents */
	int64_t		open;			/* today's first price */
	int			volatility;		/* millionths a step */
} Symbol;

typedef struct Position
{
	int64_t		quantity;
	int64_t		cost;			/* COST_UNIT to a cent, without fees */
	int64_t		realized;		/* the same, of all time */
} Position;

typedef struct Agent
{
	char		name[32];
	const char *environment;
	const char *fill_source;
	const char *strategy;
	const char *sdk;
	bool		long_keys;		/* keys end in the event's digits, not a count */
	int			build;
	int64_t		cash;
	int64_t		day_equity;		/* at the start of the day, flows excluded */
	int64_t		day_flows;
	int64_t		index;			/* compounded return, INDEX_UNIT is 1 */
	int64_t		index_peak;
	Position	positions[SYMBOLS];

	/* of the run */
	char		run_id[40];
	char		root_span[40];
	int64_t		sequence;
	int64_t		clock;			/* microseconds since the epoch */
	int			errors;
} Agent;

/* Options. */
static int64_t want_lines = -1;
static int64_t want_days = -1;
static int64_t private_share = 5000; /* of 100,000 */
static int64_t bad_share = 0;
static int64_t repeat_share = 0;
static const char *project = "desk";
static int	agents = 4;
static int64_t shift_day = INT64_MAX;	/* from here the first agent is another */

/* The world. */
static Symbol symbols[SYMBOLS] = {
	{"SPY", 52340, 0, 90}, {"QQQ", 44512, 0, 120}, {"AAPL", 18977, 0, 160},
	{"MSFT", 41588, 0, 140}, {"NVDA", 88211, 0, 320}, {"AMZN", 17842, 0, 180},
	{"GOOGL", 15103, 0, 170}, {"META", 50455, 0, 210}, {"TSLA", 17629, 0, 380},
	{"AVGO", 130877, 0, 240}, {"JPM", 19861, 0, 110}, {"XOM", 11540, 0, 130},
	{"UNH", 48910, 0, 120}, {"COST", 73211, 0, 110}, {"LLY", 77034, 0, 180},
	{"BRK.B", 41022, 0, 80}, {"AMD", 17955, 0, 330}, {"CRM", 30190, 0, 170},
	{"NFLX", 61240, 0, 200}, {"ORCL", 12555, 0, 150}, {"PLTR", 2433, 0, 420},
	{"COIN", 25610, 0, 520}, {"GLD", 20790, 0, 70}, {"TLT", 9420, 0, 80}
};
static Agent desk[MAX_AGENTS];
static char session_date[16];
static bool shifted;			/* has shift_day come? */
static int	day_number;

/* Output. */
static Text line;
static Text payload;
static Text kept;				/* a line to repeat */
static int64_t lines;

/* The event being written. */
static struct
{
	Agent	   *agent;
	const char *type;
	const char *symbol;			/* or NULL */
	bool		own_span;		/* a call within the run's span */
	char		event_id[40];
}			event;

static const char *const models[][2] = {
	{"openai", "gpt-5-mini"}, {"anthropic", "claude-sonnet-4-5"},
	{"google", "gemini-2.5-pro"}, {"openai", "gpt-5"}
};
static const char *const purposes[] = {
	"regime_read", "candidate_ranking", "risk_commentary", "exit_review", "thesis_update"
};
static const char *const tools[] = {
	"quotes.latest", "bars.intraday", "news.search", "filings.lookup", "calendar.earnings", "portfolio.read"
};
static const char *const memory_kinds[] = {"episodic", "semantic", "playbook", "outcome"};
static const char *const sources[] = {"consolidated_tape", "iex", "vendor_bars", "paper_engine"};
static const char *const claims[] = {"earnings", "guidance", "analyst_action", "macro", "flow", "product"};
static const char *const regimes[] = {
	"trend_continuation", "breakout_retest", "ma_band_range_trade", "overextended_momentum",
	"false_breakout_prone", "wait"
};
static const char *const permissions[] = {
	"eligible_starter", "eligible_scale_add", "range_trade_only", "wait_for_retest",
	"avoid_new_buy", "research_first"
};
static const char *const review_statuses[] = {
	"included_candidate", "included_candidate", "candidate_present", "excluded_cash",
	"excluded_stale", "excluded_candidate_limit", "optimizer_skipped", "model_omitted", "targeted"
};
static const char *const reject_reasons[] = {
	"max_position_weight", "sector_concentration", "stale_quote", "daily_loss_limit",
	"insufficient_cash", "earnings_blackout"
};
static const char *const check_families[] = {
	"market_data", "data_contract", "risk_gate", "memory", "source_quality",
	"opportunity_coverage", "cost", "numeric_domain"
};
static const char *const families[] = {
	"market.open_session_stale_bars", "portfolio.rounding_after_cash_check",
	"opportunity.candidate_limit_hidden", "llm.malformed_json",
	"source.truncated_or_missing_evidence", "market.no_bar_sparse_symbol"
};
static const char *const components[] = {
	"market_data", "portfolio", "risk_gate", "research", "memory", "execution"
};
static const char *const phrases[] = {
	"volume confirms the move above the 20-day mean",
	"guidance was raised but margins are thin",
	"spread is wide for the size we want",
	"relative strength against the sector is fading",
	"the retest held on lower volume",
	"position is near its cap, so trim before adding",
	"no fresh catalyst since the last review",
	"earnings within three sessions, keep the starter small"
};

/* ----------------------------------------------------------------
 * Calendar
 * ---------------------------------------------------------------- */

/* Days since 1970-01-01 of a date. */
static int64_t
days_of_date(int year, int month, int day)
{
	int64_t		y = month > 2 ? year : year - 1;
	int64_t		shifted = month > 2 ? month - 3 : month + 9;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * shifted + 2) / 5 + day - 719469;
}

/* The date of days since 1970-01-01. */
static void
date_of_days(int64_t days, int *year, int *month, int *day)
{
	int64_t		d = days + 719468;
	int64_t		era = d / 146097;
	int64_t		of_era = d - era * 146097;
	int64_t		y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t		of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t		shifted = (5 * of_year + 2) / 153;

	*day = (int) (of_year - (153 * shifted + 2) / 5 + 1);
	*month = (int) (shifted < 10 ? shifted + 3 : shifted - 9);
	*year = (int) (y + era * 400 + (*month <= 2));
}

/* Saturday or Sunday? */
static bool
is_weekend(int64_t days)
{
	int64_t		weekday = (days + 4) % 7;	/* 0 is Sunday */

	return weekday == 0 || weekday == 6;
}

/* Append YYYY-MM-DD. */
static void
put_date(Text *t, int64_t days)
{
	int			year,
				month,
				day;

	date_of_days(days, &year, &month, &day);
	put_padded(t, year, 4);
	put(t, "-");
	put_padded(t, month, 2);
	put(t, "-");
	put_padded(t, day, 2);
}

/* Append an ISO time with microseconds. */
static void
put_time(Text *t, int64_t usecs)
{
	int64_t		of_day = usecs % INT64_C(86400000000);

	put_date(t, usecs / INT64_C(86400000000));
	put(t, "T");
	put_padded(t, of_day / INT64_C(3600000000), 2);
	put(t, ":");
	put_padded(t, of_day / 60000000 % 60, 2);
	put(t, ":");
	put_padded(t, of_day / 1000000 % 60, 2);
	put(t, ".");
	put_padded(t, of_day % 1000000, 6);
	put(t, "Z");
}

/* ----------------------------------------------------------------
 * Lines
 * ---------------------------------------------------------------- */

/* Have as many lines been written as were asked for? */
static bool
enough(void)
{
	return want_lines >= 0 && lines >= want_lines;
}

/* Write one line. */
static void
write_line(const Text *t)
{
	if (enough())
		return;
	if (fwrite(t->data, 1, t->len, stdout) != t->len || putchar('\n') == EOF)
	{
		fputs("sample_day: cannot write\n", stderr);
		exit(1);
	}
	lines++;
}

/* prefix and so many hex digits into a buffer of at least 40 bytes. */
static void
make_id(char *out, const char *prefix, int digits)
{
	static Text t;

	t.len = 0;
	put(&t, prefix);
	put_hex(&t, digits);
	memcpy(out, t.data, t.len);
	out[t.len] = '\0';
}

/* Begin an event of the agent's run; then members of its payload follow. */
static void
begin_event(Agent *agent, const char *type, const char *symbol)
{
	event.agent = agent;
	event.type = type;
	event.symbol = symbol;
	event.own_span = strncmp(type, "llm.", 4) == 0 || strncmp(type, "tool.", 5) == 0;
	make_id(event.event_id, "evt_", 32);
	agent->clock += 2000 + below(400000);
	agent->sequence++;
	payload.len = 0;
	put(&payload, "{");
}

/* The idempotency key. */
static void
put_key(Text *t)
{
	const Agent *agent = event.agent;

	f_name(t, "idempotency_key");
	put(t, "\"");
	put(t, project);
	put(t, "/");
	put(t, agent->name);
	put(t, "/");
	put(t, agent->run_id);
	put(t, "/");
	put(t, event.type);
	put(t, "/");
	if (agent->long_keys)
		put(t, event.event_id + 4);
	else
		put_padded(t, agent->sequence, 8);
	put(t, "\"");
}

/* The envelope around the payload, as the client writes it. */
static void
put_envelope(Text *t, bool full_io)
{
	const Agent *agent = event.agent;

	put(t, "{\"schema_version\":\"2026-06-07\"");
	f_text(t, "event_id", event.event_id);
	put_key(t);
	f_text(t, "project", project);
	f_text(t, "agent_id", agent->name);
	f_text(t, "run_id", agent->run_id);
	f_name(t, "span_id");
	put(t, "\"span_");
	put_hex(t, 32);
	put(t, "\"");
	f_text(t, "parent_span_id", agent->root_span);
	f_text(t, "event_type", event.type);
	f_name(t, "occurred_at");
	put(t, "\"");
	put_time(t, agent->clock);
	put(t, "\",\"received_at\":null");
	f_text(t, "environment", agent->environment);
	f_name(t, "symbols");
	put(t, "[");
	if (event.symbol)
		put_string(t, event.symbol);
	put(t, "],\"payload\":");
	put_bytes(t, payload.data, payload.len);
	f_name(t, "privacy");
	put(t, full_io ? "{\"full_io\":true" : "{\"full_io\":false");
	put(t, ",\"redaction_version\":\"2026-06-07\",\"contains_prompt_text\":false,"
		"\"contains_output_text\":false,\"contains_broker_payload\":false,"
		"\"contains_account_identifier\":false,\"truncated\":false},\"sdk\":");
	put(t, agent->sdk);
	put(t, "}");
}

/* ----------------------------------------------------------------
 * Private material
 * ---------------------------------------------------------------- */

/* Some sentences about a symbol. */
static void
put_prose(Text *t, const char *symbol, int sentences)
{
	for (int i = 0; i < sentences; i++)
	{
		if (i > 0)
			put(t, i % 3 == 0 ? "\\n" : " ");
		put(t, symbol ? symbol : "The book");
		put(t, i % 4 == 1 ? " \\u2013 \\\"" : ": ");
		put(t, pick(phrases));
		put(t, i % 4 == 1 ? "\\\" (na\xc3\xafve?)." : ".");
	}
}

/* What a model was asked and what it said. */
static void
add_conversation(void)
{
	if (below(3) == 0)
	{
		f_name(&payload, "messages");
		put(&payload, "[{\"role\":\"system\",\"content\":\"You manage a paper book.\"},{\"role\":\"user\",\"content\":\"");
		put_prose(&payload, event.symbol, 3 + (int) below(6));
		put(&payload, "\"}]");
	}
	else
	{
		f_name(&payload, "prompt");
		put(&payload, "\"");
		put_prose(&payload, event.symbol, 3 + (int) below(8));
		put(&payload, "\"");
	}
	if (strcmp(event.type, "llm.call.completed") != 0)
		return;
	f_name(&payload, "output_text");
	put(&payload, "\"");
	put_prose(&payload, event.symbol, 1 + (int) below(4));
	put(&payload, "\"");
}

/* What a broker answered. */
static void
add_broker_payload(void)
{
	f_name(&payload, "account_id");
	put(&payload, "\"PA3");
	put_padded(&payload, below(1000000000), 9);
	put(&payload, "\"");
	f_name(&payload, "broker_payload");
	put(&payload, "{\"client_order_id\":\"");
	put_hex(&payload, 16);
	put(&payload, "\",\"status\":\"filled\",\"legs\":null,\"filled_avg_price\":");
	put_decimal(&payload, below(90000), 2);
	put(&payload, ",\"extended_hours\":false}");
}

/* A secret in running text. */
static void
add_leak(void)
{
	f_name(&payload, "note");
	put(&payload, "\"retry with ");
	switch (below(6))
	{
		case 0:
			put(&payload, "Authorization: Bearer ");
			put_hex(&payload, 32);
			break;
		case 1:
			put(&payload, "api_key=");
			put_hex(&payload, 16);
			break;
		case 2:
			put(&payload, "sk-proj-");
			put_hex(&payload, 32);
			break;
		case 3:
			put(&payload, "/home/trader/.config/desk/");
			put_hex(&payload, 16);
			break;
		case 4:
			put(&payload, "order_");
			put_hex(&payload, 16);
			break;
		default:
			put(&payload, "account-");
			put_hex(&payload, 16);
	}
	put(&payload, " after the gateway closed\"");
}

/* A secret under its own key. */
static void
add_credential(void)
{
	static const char *const keys[] = {"api_key", "token", "password", "client_secret"};

	f_name(&payload, "request");
	put(&payload, "{\"endpoint\":\"/v2/positions\"");
	f_name(&payload, pick(keys));
	put(&payload, "\"");
	put_hex(&payload, 32);
	put(&payload, "\",\"attempt\":2}");
}

/* Private material that fits the event. */
static void
add_private(void)
{
	if (strncmp(event.type, "llm.", 4) == 0)
		add_conversation();
	else if (event.type[0] == 'p')	/* portfolio, position, paper fill */
		add_broker_payload();
	else if (below(3) == 0)
		add_credential();
	else
		add_leak();
}

/* ----------------------------------------------------------------
 * Bad lines
 * ---------------------------------------------------------------- */

/* A copy of the line with one piece of it replaced (all of it if not found). */
static void
replace(Text *t, const char *from, const char *to)
{
	char	   *at;
	size_t		head;

	reserve(&line, 1);
	line.data[line.len] = '\0';
	at = strstr(line.data, from);
	t->len = 0;
	if (at == NULL)
	{
		put(t, to);
		return;
	}
	head = at - line.data;
	put_bytes(t, line.data, head);
	put(t, to);
	put_bytes(t, at + strlen(from), line.len - head - strlen(from));
}

/* Pieces of a good line, and what makes it bad. */
static const char *const spoils[][2] = {
	{"\"schema_version\":\"2026-06-07\"", "\"schema_version\":\"2025-01-01\""},
	{"\"schema_version\":\"2026-06-07\",", ""},
	{"\"event_id\":\"evt_", "\"event_id\":\"event "},
	{"\"run_id\":\"run_", "\"run_id\":\""},
	{"\"event_type\":\"", "\"event_type\":\"unknown."},
	{"\"occurred_at\":\"20", "\"occurred_at\":\"not a time 20"},
	{"Z\",\"received_at\"", "+02:00\",\"received_at\""},
	{"\"received_at\":null,", "\"received_at\":null"},
	{"\"received_at\":null", "\"received_at\":NaN"},
	{"\"environment\":\"", "\"environment\":\"live "},
	{"\"symbols\":[", "\"symbols\":[\"\",1,"},
	{"\"payload\":{", "\"payload\":[{"},
	{"\"payload\":{", "\"payload\":{\"quantity\":\"-5\",\"approved\":\"yes\",\"session_date\":\"2026-02-30\","},
	{"\"payload\":{", "\"payload\":{\"severity\":\"dire\",\"side\":\"hold\",\"linked_event_ids\":[\"x\"],"},
	{"\"payload\":{", "\"payload\":{\"text\":\"\\ud800\","},
	{"\"payload\":{", "\"payload\":{\"text\":\"\\u0000\","},
	{"\"payload\":{", "\"payload\":{\"price\":1e999999,"},
	{"\"payload\":{", "\"payload\":{\"text\":\"\xff\xfe\","},
	{"\"payload\":{", "\"payload\":{\"text\":\"a raw\ttab\","},
	{"\"sdk\":{", "\"sdk\":{\"version\":\"\"},\"x\":{"},
	{"\"privacy\":{", "\"privacy\":{'full_io':True,"},
	{"\"project\":\"", "\"project\":\"a/"},
	{"}", "},"}
};

/* A line that must be rejected: a good one spoiled, or none at all. */
static void
write_bad_line(void)
{
	static Text bad;
	int64_t		kind = below((int64_t) (sizeof(spoils) / sizeof(spoils[0])) + 6);

	bad.len = 0;
	if (kind >= 6)
		replace(&bad, spoils[kind - 6][0], spoils[kind - 6][1]);
	else if (kind == 0)
		put(&bad, "Traceback (most recent call last): ConnectionResetError");
	else if (kind == 1)
		put(&bad, "[1, 2, 3]");
	else if (kind == 2)
		put_bytes(&bad, line.data, line.len / 2 + below((int64_t) line.len / 2));
	else if (kind == 3)
	{
		put(&bad, "{\"payload\":");
		for (int i = 0; i < 200; i++)
			put(&bad, "[");
	}
	else if (kind == 4)
	{
		put_bytes(&bad, line.data, line.len - 1);
		put(&bad, ",\"blob\":\"");
		put_hex(&bad, 65536);
		put(&bad, "\"}");
	}
	else
		replace(&bad, "\"payload\":{", "\"payload\":null,\"was\":{");
	write_line(&bad);
}

/* Finish the event and write its line, perhaps with company. */
static void
end_event(void)
{
	bool		private = chance(private_share);

	if (private)
		add_private();
	put(&payload, "}");
	line.len = 0;
	put_envelope(&line, private && below(4) == 0);
	write_line(&line);
	if (bad_share > 0)
	{
		while (chance(bad_share))
			write_bad_line();
	}
	if (repeat_share > 0)
	{
		if (kept.len > 0 && chance(repeat_share))
			write_line(&kept);
		if (kept.len == 0 || below(20) == 0)
		{
			kept.len = 0;
			put_bytes(&kept, line.data, line.len);
		}
	}
}

/* ----------------------------------------------------------------
 * Books
 * ---------------------------------------------------------------- */

/* Let a price take a step. */
static void
step_price(Symbol *s)
{
	s->price += s->price * around_zero(s->volatility) / 100000;
	if (s->price < 100)
		s->price = 100;
}

/* Cash and positions at today's prices. */
static int64_t
equity(const Agent *agent)
{
	int64_t		sum = agent->cash;

	for (int i = 0; i < SYMBOLS; i++)
		sum += agent->positions[i].quantity * symbols[i].price;
	return sum;
}

/* part / whole as a fraction of 10^places; 0 when there is no whole. */
static int64_t
ratio(int64_t part, int64_t whole, int64_t unit)
{
	return whole == 0 ? 0 : (int64_t) ((__int128) part * unit / whole);
}

/* A cost in whole cents. */
static int64_t
cents(int64_t cost)
{
	return (cost + (cost < 0 ? -COST_UNIT / 2 : COST_UNIT / 2)) / COST_UNIT;
}

/* ----------------------------------------------------------------
 * Events of a run
 * ---------------------------------------------------------------- */

/* The share of the session that is over decides what the market is doing. */
static const char *
session_state(const Agent *agent)
{
	int64_t		minute = agent->clock / 60000000 % 1440;

	if (minute < 13 * 60 + 30)
		return "pre_market";
	return minute < 20 * 60 ? "regular" : "after_hours";
}

static void
run_started(Agent *agent, const char *run_type)
{
	make_id(agent->run_id, "run_", 32);
	make_id(agent->root_span, "span_", 32);
	agent->sequence = 0;
	agent->errors = 0;
	begin_event(agent, "agent.run.started", NULL);
	f_text(&payload, "run_type", run_type);
	f_text(&payload, "trigger", "schedule");
	f_text(&payload, "session_date", session_date);
	f_text(&payload, "session_state", session_state(agent));
	end_event();
}

static void
run_completed(Agent *agent, const char *run_type, int64_t started)
{
	begin_event(agent, "agent.run.completed", NULL);
	f_text(&payload, "run_type", run_type);
	f_text(&payload, "status", agent->errors > 0 ? "partial" : "succeeded");
	f_int(&payload, "duration_ms", (agent->clock - started) / 1000);
	f_int(&payload, "error_count", agent->errors);
	end_event();
}

static void
memory_read(Agent *agent, const char *symbol)
{
	begin_event(agent, "memory.read.completed", symbol);
	f_text(&payload, "memory_kind", pick(memory_kinds));
	f_text(&payload, "purpose", pick(purposes));
	f_int(&payload, "result_count", below(12));
	f_int(&payload, "stale_count", below(2));
	f_number(&payload, "freshness_seconds", 30 + below(86400), 1);
	end_event();
}

static void
market_snapshot(Agent *agent, Symbol *s)
{
	int64_t		spread = 1 + below(4);

	step_price(s);
	begin_event(agent, "market.snapshot.recorded", s->name);
	f_text(&payload, "source", pick(sources));
	f_text(&payload, "symbol", s->name);
	f_money(&payload, "price", s->price);
	f_money(&payload, "bid", s->price - spread);
	f_money(&payload, "ask", s->price + spread);
	f_int(&payload, "volume", 1000 + below(4000000));
	f_text(&payload, "session_state", session_state(agent));
	f_number(&payload, "freshness_seconds", below(9000), 3);
	f_decimal(&payload, "session_return_pct", ratio(s->price - s->open, s->open, 1000000), 4);
	end_event();
}

static void
source_claim(Agent *agent, const char *symbol)
{
	begin_event(agent, "source.claim.recorded", symbol);
	f_text(&payload, "claim_type", pick(claims));
	f_text(&payload, "summary", pick(phrases));
	f_name(&payload, "source_refs");
	put(&payload, "[\"news:");
	put_hex(&payload, 16);
	put(&payload, "\"]");
	f_number(&payload, "source_confidence", 40 + below(60), 2);
	end_event();
}

static void
tool_call(Agent *agent, const char *symbol)
{
	bool		good = !chance(2500);

	begin_event(agent, "tool.call.completed", symbol);
	f_text(&payload, "tool_name", pick(tools));
	f_text(&payload, "status", good ? "succeeded" : "failed");
	f_int(&payload, "latency_ms", 20 + below(1800) + (shifted && agent == &desk[0] ? 500 : 0));
	f_int(&payload, "result_bytes", good ? 200 + below(30000) : 0);
	if (!good)
		f_text(&payload, "error_kind", "upstream_timeout");
	end_event();
}

/* A model call: start, end, and what it cost. */
static void
model_call(Agent *agent, const char *symbol)
{
	const char *const *model = pick(models);
	const char *purpose = pick(purposes);
	int64_t		in = 900 + below(9000);
	int64_t		out = 80 + below(1200);

	begin_event(agent, "llm.call.started", symbol);
	f_text(&payload, "provider", model[0]);
	f_text(&payload, "model", model[1]);
	f_text(&payload, "purpose", purpose);
	f_text(&payload, "prompt_version", "2026-05-14.2");
	end_event();

	agent->clock += 400000 + below(6000000);
	begin_event(agent, "llm.call.completed", symbol);
	f_text(&payload, "provider", model[0]);
	f_text(&payload, "model", model[1]);
	f_text(&payload, "purpose", purpose);
	f_text(&payload, "status", chance(1500) ? "failed" : "succeeded");
	f_int(&payload, "input_tokens", in);
	f_int(&payload, "output_tokens", out);
	f_text(&payload, "finish_reason", "stop");
	end_event();

	begin_event(agent, "cost.usage.recorded", NULL);
	f_text(&payload, "usage_kind", "llm_tokens");
	f_text(&payload, "provider", model[0]);
	f_text(&payload, "model", model[1]);
	f_int(&payload, "quantity", in + out);
	f_decimal(&payload, "cost_usd", in * 3 + out * 15, 6);
	end_event();
}

/* A board of candidates and the review of each. */
static void
opportunity_board(Agent *agent)
{
	char		board[40];
	int			reviewed = 3 + (int) below(5);
	int			first = (int) below(SYMBOLS);

	make_id(board, "board-", 16);
	begin_event(agent, "opportunity.board.recorded", NULL);
	f_text(&payload, "board_id", board);
	f_text(&payload, "scope", "intraday_universe");
	f_int(&payload, "full_universe_count", SYMBOLS);
	f_int(&payload, "candidate_count", reviewed);
	f_int(&payload, "reviewed_count", reviewed);
	f_int(&payload, "excluded_count", SYMBOLS - reviewed);
	f_bool(&payload, "selection_summary_present", true);
	end_event();

	for (int i = 0; i < reviewed; i++)
	{
		Symbol	   *s = &symbols[(first + i) % SYMBOLS];

		begin_event(agent, "opportunity.candidate.reviewed", s->name);
		f_text(&payload, "board_id", board);
		f_name(&payload, "candidate_id");
		put(&payload, "\"cand-");
		put_hex(&payload, 16);
		put(&payload, "\"");
		f_text(&payload, "symbol", s->name);
		f_int(&payload, "rank", i + 1);
		f_text(&payload, "review_status", pick(review_statuses));
		f_decimal(&payload, "u_enter_r", around_zero(4000), 4);
		f_number(&payload, "trend_quality_score", below(1001), 1);
		if (i < 2)
			f_list1(&payload, "primary_reasons", pick(phrases));
		end_event();
	}
}

static void
setup_profile(Agent *agent, const Symbol *s)
{
	begin_event(agent, "setup.profile.recorded", s->name);
	f_name(&payload, "setup_profile_id");
	put(&payload, "\"setup-");
	put_hex(&payload, 16);
	put(&payload, "\"");
	f_text(&payload, "symbol", s->name);
	f_text(&payload, "primary_regime", pick(regimes));
	f_text(&payload, "entry_permission", pick(permissions));
	f_text(&payload, "profile_shape_status", "canonical");
	f_decimal(&payload, "atr_pct", 80 + below(600), 2);
	f_number(&payload, "falling_knife_score", below(1001), 1);
	f_number(&payload, "recommended_starter_cap_pct", 100 + below(300), 2);
	end_event();
}

static void
strategy_context(Agent *agent)
{
	begin_event(agent, "strategy.context.recorded", NULL);
	f_text(&payload, "strategy_id", agent->strategy);
	f_money(&payload, "planned_risk_amount", equity(agent) / 200);
	f_decimal(&payload, "planned_risk_pct", 5000, 4);
	f_decimal(&payload, "planned_reward_risk", 15000 + below(20000), 4);
	f_text(&payload, "session_date", session_date);
	end_event();
}

static void
record_error(Agent *agent)
{
	agent->errors++;
	begin_event(agent, "error.recorded", NULL);
	f_text(&payload, "error_kind", "upstream_timeout");
	f_text(&payload, "message", "quote service did not answer within 2 s");
	f_text(&payload, "severity", "error");
	f_text(&payload, "component", pick(components));
	f_text(&payload, "mistake_family", pick(families));
	f_text(&payload, "resolution_status", "retrying");
	f_text(&payload, "money_impact", "none");
	end_event();
}

static void
diagnostic_check(Agent *agent)
{
	int64_t		family = below((int64_t) (sizeof(check_families) / sizeof(check_families[0])));
	int64_t		outcome = below(40);

	begin_event(agent, "diagnostic.check.completed", NULL);
	f_name(&payload, "check_id");
	put(&payload, "\"");
	put(&payload, check_families[family]);
	put(&payload, ".");
	put_padded(&payload, below(6), 2);
	put(&payload, "\"");
	f_text(&payload, "check_family", check_families[family]);
	f_text(&payload, "status", outcome == 0 ? "failed" : outcome < 4 ? "warning" : "passed");
	f_text(&payload, "severity", outcome == 0 ? "error" : outcome < 4 ? "warning" : "info");
	f_int(&payload, "sample_count", 10 + below(400));
	f_int(&payload, "failed_count", outcome == 0 ? 1 + below(5) : 0);
	f_text(&payload, "component", pick(components));
	end_event();
}

/* ----------------------------------------------------------------
 * Trading
 * ---------------------------------------------------------------- */

static void
position_snapshot(Agent *agent, int index)
{
	const Position *p = &agent->positions[index];
	const Symbol *s = &symbols[index];
	int64_t		value = p->quantity * s->price;

	begin_event(agent, "position.snapshot.recorded", s->name);
	f_text(&payload, "portfolio_kind", agent->environment);
	f_name(&payload, "position_id");
	put(&payload, "\"");
	put(&payload, agent->name);
	put(&payload, ":");
	put(&payload, s->name);
	put(&payload, "\"");
	f_text(&payload, "symbol", s->name);
	f_text(&payload, "currency", "USD");
	f_int(&payload, "quantity", p->quantity);
	f_decimal(&payload, "average_price", ratio(p->cost, p->quantity, 100) / COST_UNIT, 4);
	f_money(&payload, "market_price", s->price);
	f_money(&payload, "market_value", value);
	f_money(&payload, "cost_basis", cents(p->cost));
	f_money(&payload, "unrealized_pnl", value - cents(p->cost));
	f_money(&payload, "realized_pnl", cents(p->realized));
	end_event();
}

static void
portfolio_snapshot(Agent *agent)
{
	int64_t		total = equity(agent);
	int			held = 0;

	for (int i = 0; i < SYMBOLS; i++)
		held += agent->positions[i].quantity > 0;
	begin_event(agent, "portfolio.snapshot.recorded", NULL);
	f_text(&payload, "portfolio_kind", agent->environment);
	f_text(&payload, "currency", "USD");
	f_money(&payload, "cash", agent->cash);
	f_money(&payload, "equity", total);
	f_money(&payload, "market_value", total - agent->cash);
	f_int(&payload, "position_count", held);
	f_text(&payload, "session_date", session_date);
	end_event();
}

/* One fill; the books follow it. */
static void
fill(Agent *agent, int index, const char *decision, const char *intent, bool buy,
	 int64_t quantity, int64_t price)
{
	Position   *p = &agent->positions[index];
	int64_t		amount = quantity * price;
	int64_t		fees = quantity / 50;
	int64_t		realized = 0;
	const char *effect;

	if (buy)
	{
		effect = p->quantity == 0 ? "open" : "increase";
		p->cost += amount * COST_UNIT;
		p->quantity += quantity;
		agent->cash -= amount + fees;
	}
	else
	{
		int64_t		cost = ratio(p->cost, p->quantity, quantity);

		effect = p->quantity == quantity ? "close" : "reduce";
		realized = amount * COST_UNIT - cost;
		p->cost -= cost;
		p->quantity -= quantity;
		p->realized += realized;
		agent->cash += amount - fees;
	}
	begin_event(agent, "paper.fill.recorded", symbols[index].name);
	f_name(&payload, "fill_id");
	put(&payload, "\"fill-");
	put_hex(&payload, 16);
	put(&payload, "\"");
	f_text(&payload, "order_intent_id", intent);
	f_text(&payload, "decision_id", decision);
	f_text(&payload, "symbol", symbols[index].name);
	f_text(&payload, "side", buy ? "buy" : "sell");
	f_int(&payload, "quantity", quantity);
	f_money(&payload, "price", price);
	f_money(&payload, "fees", fees);
	f_text(&payload, "portfolio_kind", agent->environment);
	f_text(&payload, "currency", "USD");
	f_text(&payload, "fill_source", agent->fill_source);
	f_text(&payload, "open_close_effect", effect);
	if (!buy)
		f_money(&payload, "realized_pnl", cents(realized));
	end_event();
}

static void
decision_outcome(Agent *agent, const char *symbol, const char *decision, const char *kind)
{
	begin_event(agent, "decision.outcome.recorded", symbol);
	f_text(&payload, "decision_id", decision);
	f_text(&payload, "outcome_kind", kind);
	f_bool(&payload, "followed_plan", strcmp(kind, "filled") == 0);
	f_bool(&payload, "changed_by_risk_gate", strcmp(kind, "rejected") == 0);
	f_bool(&payload, "changed_by_operator", false);
	end_event();
}

/* The risk gate's answer; a refusal is followed by the rejection. */
static bool
risk_check(Agent *agent, const char *symbol, const char *decision, int64_t notional, bool possible)
{
	const char *reason = possible ? pick(reject_reasons) : "insufficient_cash";
	bool		approved = possible && !chance(15000);

	begin_event(agent, "risk.check.completed", symbol);
	f_text(&payload, "risk_check_kind", "deterministic");
	f_text(&payload, "decision_id", decision);
	f_bool(&payload, "approved", approved);
	f_money(&payload, "requested_notional", notional);
	f_decimal(&payload, "requested_weight", ratio(notional, equity(agent), 10000), 4);
	f_text(&payload, "risk_gate_version", "gate-7");
	if (!approved)
		f_list1(&payload, "reasons", reason);
	end_event();
	if (approved)
		return true;

	begin_event(agent, "trade.rejected", symbol);
	f_text(&payload, "decision_id", decision);
	f_text(&payload, "reason_code", reason);
	f_text(&payload, "rejected_by", "risk_gate");
	f_money(&payload, "requested_notional", notional);
	end_event();
	decision_outcome(agent, symbol, decision, "rejected");
	return false;
}

static void
order_intent(Agent *agent, const char *symbol, const char *decision, const char *intent,
			 bool buy, int64_t quantity, int64_t price)
{
	begin_event(agent, "order.intent.recorded", symbol);
	f_text(&payload, "order_intent_id", intent);
	f_text(&payload, "decision_id", decision);
	f_text(&payload, "symbol", symbol);
	f_text(&payload, "side", buy ? "buy" : "sell");
	f_int(&payload, "intended_quantity", quantity);
	f_money(&payload, "intended_price", price);
	f_text(&payload, "time_in_force", "day");
	end_event();
}

/* Execute an approved decision in one or two fills. */
static void
execute(Agent *agent, int index, const char *decision, bool buy, int64_t quantity)
{
	Symbol	   *s = &symbols[index];
	char		intent[40];
	int64_t		first = quantity > 20 && below(3) == 0 ? quantity / 3 : quantity;

	make_id(intent, "intent-", 16);
	order_intent(agent, s->name, decision, intent, buy, quantity, s->price);
	fill(agent, index, decision, intent, buy, first, s->price + (buy ? below(3) : -below(3)));
	if (first < quantity)
		fill(agent, index, decision, intent, buy, quantity - first,
			 s->price + (buy ? below(5) : -below(5)));
	position_snapshot(agent, index);
	decision_outcome(agent, s->name, decision, "filled");
	if (below(3) == 0)
	{
		begin_event(agent, "action.outcome.recorded", s->name);
		f_text(&payload, "action_id", intent);
		f_text(&payload, "action_kind", buy ? "buy" : "sell");
		f_text(&payload, "status", "executed");
		f_money(&payload, "requested_notional", quantity * s->price);
		f_money(&payload, "executed_notional", quantity * s->price);
		f_bool(&payload, "clipped", false);
		f_bool(&payload, "risk_reduction", !buy);
		end_event();
	}
}

/* A decision about one symbol and all that follows from it. */
static void
decide(Agent *agent)
{
	int			index = (int) below(SYMBOLS);
	Symbol	   *s = &symbols[index];
	Position   *p = &agent->positions[index];
	bool		buy = p->quantity == 0 || below(5) < 2;
	bool		act = below(10) < (shifted && agent == &desk[0] ? 3 : 6);
	char		decision[40];
	int64_t		quantity = 1 + equity(agent) / (12 + below(20)) / s->price;

	market_snapshot(agent, s);
	setup_profile(agent, s);
	if (!buy && (quantity >= p->quantity || below(3) == 0))
		quantity = p->quantity;
	make_id(decision, "dec-", 16);
	begin_event(agent, "decision.proposed", s->name);
	f_text(&payload, "decision_id", decision);
	f_text(&payload, "decision_kind", buy ? "entry" : "exit");
	f_text(&payload, "action", !act ? "hold" : buy ? "buy" : "sell");
	f_text(&payload, "symbol", s->name);
	f_number(&payload, "confidence", 35 + below(60), 2);
	f_decimal(&payload, "target_weight",
			  act && buy ? ratio(quantity * s->price, equity(agent), 10000) : 0, 4);
	f_text(&payload, "rationale", pick(phrases));
	end_event();
	if (!act || strcmp(agent->environment, "live_observe") == 0)
		decision_outcome(agent, s->name, decision, act ? "no_order" : "deferred");
	else if (risk_check(agent, s->name, decision, quantity * s->price,
						!buy || agent->cash > quantity * (s->price + 10)))
		execute(agent, index, decision, buy, quantity);
}

/* ----------------------------------------------------------------
 * Runs and days
 * ---------------------------------------------------------------- */

/* One cycle of looking, thinking and trading. */
static void
decision_cycle(Agent *agent)
{
	int64_t		started = agent->clock;
	int			rounds = 1 + (int) below(3);

	run_started(agent, "decision_cycle");
	strategy_context(agent);
	memory_read(agent, NULL);
	for (int i = 0; i < 4; i++)
		market_snapshot(agent, &symbols[below(SYMBOLS)]);
	tool_call(agent, NULL);
	if (chance(4000))
		record_error(agent);
	opportunity_board(agent);
	for (int i = 0; i < rounds; i++)
	{
		const char *symbol = symbols[below(SYMBOLS)].name;

		tool_call(agent, symbol);
		if (below(2) == 0)
			source_claim(agent, symbol);
		model_call(agent, symbol);
		decide(agent);
	}
	diagnostic_check(agent);
	portfolio_snapshot(agent);
	run_completed(agent, "decision_cycle", started);
}

/* Money in or out, once in a while. */
static void
capital_flow(Agent *agent)
{
	static const char *const kinds[] = {"deposit", "withdrawal", "dividend", "fee"};
	int64_t		kind = below(4);
	int64_t		amount = kind < 2 ? 100000 + below(400000) : 100 + below(5000);

	if (kind % 2 == 1 && agent->cash < 2 * amount)
		kind--;
	if (kind % 2 == 1)
		amount = -amount;
	agent->cash += amount;
	agent->day_flows += amount;
	begin_event(agent, "capital.flow.recorded", NULL);
	f_name(&payload, "capital_flow_id");
	put(&payload, "\"flow-");
	put_hex(&payload, 16);
	put(&payload, "\"");
	f_text(&payload, "asset", "USD");
	f_text(&payload, "currency", "USD");
	f_text(&payload, "flow_kind", kinds[kind]);
	f_money(&payload, "amount", amount);
	f_bool(&payload, "included_in_trading_pnl", false);
	f_text(&payload, "session_date", session_date);
	end_event();
}

/* The day's result, out of equity and flows. */
static void
performance_snapshot(Agent *agent)
{
	int64_t		now = equity(agent);
	int64_t		raw = now - agent->day_equity;
	int64_t		trading = raw - agent->day_flows;
	const Symbol *market = &symbols[0];

	agent->index += ratio(agent->index, agent->day_equity, trading);
	if (agent->index > agent->index_peak)
		agent->index_peak = agent->index;
	begin_event(agent, "performance.snapshot.recorded", NULL);
	f_text(&payload, "portfolio_kind", agent->environment);
	f_text(&payload, "currency", "USD");
	f_text(&payload, "period_kind", "daily");
	f_text(&payload, "session_date", session_date);
	f_text(&payload, "period_start", session_date);
	f_text(&payload, "period_end", session_date);
	f_money(&payload, "trading_pnl_amount", trading);
	f_money(&payload, "raw_equity_change", raw);
	f_money(&payload, "flow_adjusted_equity_change", trading);
	f_money(&payload, "return_base", agent->day_equity);
	f_decimal(&payload, "trading_pnl_pct", ratio(trading, agent->day_equity, 1000000), 4);
	f_decimal(&payload, "compounded_return_pct", (agent->index - INDEX_UNIT) / 1000, 4);
	f_decimal(&payload, "drawdown_pct",
			  ratio(agent->index_peak - agent->index, agent->index_peak, 1000000), 4);
	f_decimal(&payload, "benchmark_return_pct",
			  ratio(market->price - market->open, market->open, 1000000), 4);
	end_event();
}

/* A replay of the day against the recorded decisions. */
static void
replay(Agent *agent)
{
	int64_t		cases = 20 + below(60);
	int64_t		failures = below(12) == 0 ? 1 + below(3) : 0;
	char		epoch[40];

	begin_event(agent, "replay.result.recorded", NULL);
	f_text(&payload, "suite_name", "golden_decisions");
	f_text(&payload, "status", failures ? "failed" : "passed");
	f_int(&payload, "case_count", cases);
	f_int(&payload, "pass_count", cases - failures);
	f_int(&payload, "fail_count", failures);
	f_bool(&payload, "lookahead_guard_passed", true);
	f_bool(&payload, "leakage_guard_passed", true);
	end_event();

	make_id(epoch, "epoch-", 16);
	begin_event(agent, "evaluation.epoch.started", NULL);
	f_text(&payload, "epoch_id", epoch);
	f_text(&payload, "epoch_kind", "nightly");
	f_name(&payload, "context_hash");
	put(&payload, "\"");
	put_hex(&payload, 32);
	put(&payload, "\"");
	f_int(&payload, "expected_member_count", 3);
	end_event();
	for (int i = 0; i < 3; i++)
	{
		bool		done = below(10) > 0;

		begin_event(agent, "evaluation.epoch.member.completed", NULL);
		f_text(&payload, "epoch_id", epoch);
		f_text(&payload, "member_id", models[i][1]);
		f_bool(&payload, "expected", true);
		f_text(&payload, "state", done ? "completed" : "timeout");
		f_bool(&payload, "scored", done);
		f_decimal(&payload, "coverage_penalty", done ? 0 : 2500, 4);
		if (done)
		{
			/* of the generator's state, without taking a number from it */
			int64_t		move = (int64_t) ((rng_state >> (20 + 8 * i)) % 30000) - 12000;

			f_decimal(&payload, "compounded_return_pct", move, 4);
			f_decimal(&payload, "max_drawdown_pct", move < 0 ? 3000 - move : 3000, 4);
		}
		end_event();
	}
}

/* Research before the bell. */
static void
pre_market(Agent *agent)
{
	int64_t		started = agent->clock;

	run_started(agent, "pre_market_research");
	if (day_number % 5 == 0)
	{
		agent->build++;
		begin_event(agent, "agent.build.recorded", NULL);
		f_name(&payload, "build_id");
		put(&payload, "\"build-");
		put_padded(&payload, agent->build, 4);
		put(&payload, "\"");
		f_name(&payload, "config_hash");
		put(&payload, "\"");
		put_hex(&payload, 32);
		put(&payload, "\"");
		f_text(&payload, "risk_gate_version", "gate-7");
		end_event();
	}
	for (int i = 0; i < 6; i++)
	{
		const char *symbol = symbols[below(SYMBOLS)].name;

		memory_read(agent, symbol);
		tool_call(agent, symbol);
		source_claim(agent, symbol);
	}
	model_call(agent, NULL);
	for (int i = 0; i < 3; i++)
		diagnostic_check(agent);
	run_completed(agent, "pre_market_research", started);
}

/* Books and replays after the close. */
static void
end_of_day(Agent *agent)
{
	int64_t		started = agent->clock;

	run_started(agent, "end_of_day");
	if (chance(20000))
		capital_flow(agent);
	for (int i = 0; i < SYMBOLS; i++)
		if (agent->positions[i].quantity > 0)
			position_snapshot(agent, i);
	portfolio_snapshot(agent);
	performance_snapshot(agent);
	replay(agent);
	for (int i = 0; i < 4; i++)
		diagnostic_check(agent);
	run_completed(agent, "end_of_day", started);
}

/* One trading day of the whole desk, in the order of time. */
static void
trading_day(int64_t days)
{
	static Text date;
	int64_t		midnight = days * INT64_C(86400000000);
	int64_t		gap = INT64_C(1800000000) / agents;

	date.len = 0;
	put_date(&date, days);
	memcpy(session_date, date.data, date.len);
	for (int i = 0; i < agents; i++)
	{
		desk[i].day_equity = equity(&desk[i]);	/* of the last close */
		desk[i].day_flows = 0;
	}
	for (int i = 0; i < SYMBOLS; i++)
	{
		step_price(&symbols[i]);
		symbols[i].open = symbols[i].price;
	}
	for (int slot = 0; slot <= CYCLES_PER_DAY + 2 && !enough(); slot++)
	{
		for (int i = 0; i < agents && !enough(); i++)
		{
			Agent	   *agent = &desk[i];

			agent->clock = midnight + INT64_C(1000000) * (13 * 3600 + slot * 1800) + i * gap;
			if (slot == 0)
				pre_market(agent);
			else if (slot <= CYCLES_PER_DAY)
				decision_cycle(agent);
			else if (slot == CYCLES_PER_DAY + 2)
				end_of_day(agent);
		}
	}
	day_number++;
}

/* The agents and what they have at the start. */
static void
open_desk(void)
{
	static const char *const styles[] = {"momentum", "meanrev", "macro", "earnings"};
	static const char *const environments[] = {"paper", "shadow", "live_observe", "paper"};
	static const char *const fills[] = {"paper", "shadow", "manual_import", "paper"};

	for (int i = 0; i < agents; i++)
	{
		Agent	   *agent = &desk[i];

		snprintf(agent->name, sizeof(agent->name), "%s-%d", styles[i % 4], i + 1);
		agent->strategy = styles[i % 4];
		agent->environment = environments[i % 4];
		agent->fill_source = fills[i % 4];
		agent->long_keys = i % 4 == 0;
		agent->sdk = i % 4 == 1 ?
			"{\"name\":\"agent-tracker-typescript\",\"version\":\"0.5.0\",\"language\":\"typescript\"}" :
			"{\"name\":\"agent-tracker-python\",\"version\":\"0.5.0\",\"language\":\"python\"}";
		agent->cash = START_CASH;
		agent->index = agent->index_peak = INDEX_UNIT;
	}
}

/* ----------------------------------------------------------------
 * Options
 * ---------------------------------------------------------------- */

static void
usage(int status)
{
	fputs("usage: sample_day [options] > events.jsonl\n"
		  "  --lines N       stop after N lines\n"
		  "  --days N        or after N trading days (default 1)\n"
		  "  --start DATE    first day (default 2026-01-05)\n"
		  "  --agents K      agents, 1 to 64 (default 4)\n"
		  "  --project NAME  (default desk)\n"
		  "  --private PCT   events with private material (default 5)\n"
		  "  --bad PCT       lines that must be rejected (default 0)\n"
		  "  --repeat PCT    lines sent a second time (default 0)\n"
		  "  --shift DATE    from here the first agent acts half as often, and its tools\n"
		  "                  take half a second longer\n"
		  "  --seed N        (default 1)\n", status == 0 ? stdout : stderr);
	exit(status);
}

/* A whole number within bounds. */
static int64_t
number_option(const char *s, int64_t least, int64_t most)
{
	char	   *end;
	long long	value;

	errno = 0;
	value = strtoll(s, &end, 10);
	if (errno != 0 || end == s || *end != '\0' || value < least || value > most)
		usage(2);
	return value;
}

/* A percentage, as a share of 100,000. */
static int64_t
share_option(const char *s)
{
	char	   *end;
	double		value = strtod(s, &end);

	if (end == s || *end != '\0' || !(value >= 0 && value <= 90))
		usage(2);
	return (int64_t) (value * 1000 + 0.5);
}

/* A date, as days since 1970. */
static int64_t
date_option(const char *s)
{
	int			year,
				month,
				day,
				used = 0;

	if (sscanf(s, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || s[used] != '\0' ||
		year < 1970 || month < 1 || month > 12 || day < 1 || day > 31)
		usage(2);
	return days_of_date(year, month, day);
}

/* Letters, digits, '.', '_' and '-' only. */
static const char *
name_option(const char *s)
{
	if (*s == '\0' || strlen(s) > 64 ||
		s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")] != '\0')
		usage(2);
	return s;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{"lines", required_argument, NULL, 'l'},
		{"days", required_argument, NULL, 'd'},
		{"start", required_argument, NULL, 's'},
		{"agents", required_argument, NULL, 'a'},
		{"project", required_argument, NULL, 'p'},
		{"private", required_argument, NULL, 'v'},
		{"bad", required_argument, NULL, 'b'},
		{"repeat", required_argument, NULL, 'r'},
		{"shift", required_argument, NULL, 'f'},
		{"seed", required_argument, NULL, 'e'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}
	};
	int64_t		day = days_of_date(2026, 1, 5);
	int			c;

	rng_state = 1;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
	{
		switch (c)
		{
			case 'l':
				want_lines = number_option(optarg, 0, INT64_MAX);
				break;
			case 'd':
				want_days = number_option(optarg, 1, 100000);
				break;
			case 's':
				day = date_option(optarg);
				break;
			case 'a':
				agents = (int) number_option(optarg, 1, MAX_AGENTS);
				break;
			case 'p':
				project = name_option(optarg);
				break;
			case 'v':
				private_share = share_option(optarg);
				break;
			case 'b':
				bad_share = share_option(optarg);
				break;
			case 'r':
				repeat_share = share_option(optarg);
				break;
			case 'f':
				shift_day = date_option(optarg);
				break;
			case 'e':
				rng_state = (uint64_t) number_option(optarg, 0, INT64_MAX);
				break;
			default:
				usage(c == 'h' ? 0 : 2);
		}
	}
	if (optind < argc)
		usage(2);
	if (want_days < 0)
		want_days = want_lines < 0 ? 1 : INT64_MAX;
	setvbuf(stdout, NULL, _IOFBF, 1 << 20);
	open_desk();
	for (int64_t n = 0; n < want_days && !enough(); day++)
	{
		if (is_weekend(day))
			continue;
		shifted = day >= shift_day;
		trading_day(day);
		n++;
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
