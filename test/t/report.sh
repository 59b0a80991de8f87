#!/bin/bash
# report.sh
#	Pages as a browser shows them: no label overlaps another, nothing is wider than
#	the window, on a desk or a phone, and nothing is said on the console, so that
#	there was no request.  Pictures are kept in $AT_PICTURES when that is set.
set -u
# shellcheck source=test/run/tap.sh
. "$AT_TAP"

work=$AT_TMP/report.work
pictures=${AT_PICTURES:-$work}
rm -rf "$work"
mkdir -p "$work" "$pictures"

if ! command -v chromium >/dev/null; then
	skip "pages in a browser" "there is no chromium"
	done_testing
	exit
fi

# Run the browser without a window; its console goes to stderr.
browse()
{
	timeout 120 chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage \
		--user-data-dir="$work/profile" --allow-file-access-from-files --hide-scrollbars \
		--enable-logging=stderr --log-level=1 "$@" 2>"$work/stderr"
}

# What the console said of the page.
console()
{
	grep -c 'CONSOLE' "$work/stderr"
}

# A page in a frame of this width has no faults.
fits()
{
	local page=$1 width=$2 answer

	answer=$(browse --virtual-time-budget=20000 --window-size=1400,900 --dump-dom \
		"file://$PWD/test/data/report_page.html#file://$page%20$width" | grep -o 'answer .* end')
	like "$answer" "^answer \{\"width\":$width,\"labels\":[1-9][0-9]*,\"faults\":\[\]\} end\$" \
		"$(basename "$page") fits into $width pixels"
	is "$(console)" 0 "... and the console is silent"
}

# Take a picture of the first screen.
picture()
{
	local page=$1 name=$2

	shift 2
	browse --window-size=1280,800 --screenshot="$pictures/$name.png" "$@" "file://$page" >/dev/null
	ok "$([ -s "$pictures/$name.png" ]; echo $?)" "a picture of $name"
	is "$(console)" 0 "... and the console is silent"
}

# Write the page of a run.
run_page()
{
	sql -c "select at_report_run('$1')" >"$work/$2.html"
	ok "$([ "$(tail -n 2 "$work/$2.html" | head -n 1)" = "</html>" ]; echo $?)" "a page of $2"
}

# Write the report of a window: its arguments, its name.
report_page()
{
	sql -c "select at_report_html($1)" >"$work/$2.html"
	ok "$([ "$(tail -n 2 "$work/$2.html" | head -n 1)" = "</html>" ]; echo $?)" "a page of $2"
}

sql -c "create extension agent_tracker" -c "select at_create_store()" >/dev/null
report_page "'desk'" empty
# a messy week, and a clean day later
sql >/dev/null 2>&1 <<'SQL'
	select at_ingest_jsonl((select string_agg(line, e'\n') from at_sample_day(days => 5, agents => 4,
		messy => true) line));
	select at_ingest_jsonl((select string_agg(line, e'\n') from at_sample_day('2026-03-02', agents => 2) line));
SQL
sql -c "select at_refresh()" >/dev/null
# a run with the most names that a page could trip over, and one with many steps
sql >/dev/null 2>&1 <<'SQL'
	create function step(run text, n int, name text) returns text language sql as $$
		select jsonb_build_object('schema_version', '2026-06-07', 'event_id', 'evt_' || md5(run || n),
			'idempotency_key', run || '/' || n, 'project', 'p', 'agent_id', 'a', 'run_id', run,
			'event_type', 'tool.call.completed', 'environment', 'paper', 'symbols', '[]'::jsonb,
			'occurred_at', to_char(timestamp '2026-02-02' + n * interval '1 second',
				'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'span_id', 'span_' || n,
			'payload', jsonb_build_object('tool_name', name, 'status', 'ok', 'latency_ms', n % 777),
			'sdk', '{"name": "x", "version": "1", "language": "c"}'::jsonb)::text
	$$;
	select at_ingest_jsonl((select string_agg(step('run_names', n::int, name), e'\n')
		from unnest(array['</script><script>alert(1)</script>',
			'"><img src="http://127.0.0.1:1/x" onerror=alert(1)>', u&'\202Eliave', repeat('x', 10000),
			repeat('a b ', 500), u&'\6F22\5B57\306E\540D\524D']) with ordinality u(name, n)));
	select at_ingest_jsonl((select string_agg(step('run_many', n, 'tool ' || n), e'\n')
		from generate_series(1, 10000) n));
SQL
run_page "$(sql -c "select run_id from at_run where llm_calls > 1 and tool_calls > 1
	order by steps desc, run_id::text limit 1")" run
run_page "$(sql -c "select run_id from at_run where status = 'open'
	order by steps desc, run_id::text limit 1")" open
run_page run_names names
run_page run_many many
# the same names as symbols, agents, reasons and errors of trades that lost
sql >/dev/null 2>&1 <<'SQL'
	create function trade(n int, k int, type text, name text, payload jsonb) returns text language sql as $$
		select jsonb_build_object('schema_version', '2026-06-07', 'event_id', 'evt_' || md5('trade' || n || '/' || k),
			'idempotency_key', 'trade' || n || '/' || k, 'project', 'hostile', 'agent_id', translate(left(name, 200),
				' /', '__'),
			'run_id', 'run_t' || n, 'event_type', type, 'environment', 'paper', 'symbols', '[]'::jsonb, 'occurred_at',
			to_char(timestamp '2026-02-02 10:00' + n * interval '1 minute' + k * interval '1 second',
				'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
			'payload', payload, 'sdk', '{"name": "x", "version": "1", "language": "c"}'::jsonb)::text
	$$;
	select at_ingest_jsonl((select string_agg(concat_ws(e'\n',
			trade(n::int, 1, 'decision.proposed', name, jsonb_build_object('decision_id', name, 'action', name,
				'symbol', name,
				'decision_kind', name, 'rationale', name)),
			trade(n::int, 2, 'paper.fill.recorded', name, jsonb_build_object('decision_id', name, 'side', 'buy',
				'symbol', name, 'fill_id',
				'b' || n, 'price', '100', 'quantity', 5, 'currency', 'USD', 'portfolio_kind', 'paper')),
			trade(n::int, 3, 'portfolio.snapshot.recorded', name, '{"equity": "1000", "cash": "500", "currency": "USD",
				"portfolio_kind": "paper", "session_date": "2026-02-02"}'),
			trade(n::int, 4, 'paper.fill.recorded', name, jsonb_build_object('decision_id', name, 'side', 'sell',
				'symbol', name, 'fill_id',
				's' || n, 'price', 100 - n, 'quantity', 5, 'currency', 'USD', 'portfolio_kind', 'paper')),
			trade(n::int, 5, 'trade.rejected', name, jsonb_build_object('decision_id', name, 'reason_code', name,
				'rejected_by', name)),
			trade(n::int, 6, 'error.recorded', name, jsonb_build_object('component', 'market_data', 'error_kind', name,
				'message', name,
				'severity', 'error')),
			trade(n::int, 7, 'portfolio.snapshot.recorded', name, '{"equity": "990", "cash": "990", "currency": "USD",
				"portfolio_kind": "paper", "session_date": "2026-02-02"}')), e'\n')
		from unnest(array['</script><script>alert(1)</script>', '"><img_src="http://127.0.0.1:1/x"_onerror=alert(1)>',
			u&'\202Eliave', repeat('x', 10000), u&'\6F22\5B57\306E\540D\524D']) with ordinality u(name, n)));
	select at_ingest_jsonl(replace(trade(99, 1, 'agent.run.started', 'a', '{"run_type": "watch"}'), 'hostile', 'one'));
SQL
report_page "'desk', 'momentum-1', '2026-03-02', '2026-03-03'" clean
report_page "'desk', since => '2026-01-05', until => '2026-01-12'" messy
report_page "'desk', 'momentum-1'" silent
report_page "'hostile', since => '2026-02-02', until => '2026-02-03'" hostile
report_page "'one'" one
report_page "'p', since => '2026-02-02', until => '2026-02-03'" spans

for page in clean messy silent hostile one empty spans; do
	fits "$work/$page.html" 1280
	fits "$work/$page.html" 390
	picture "$work/$page.html" "report-$page"
done
for page in clean messy; do
	picture "$work/$page.html" "report-$page-dark" --blink-settings=preferredColorScheme=0
done
ok "$([ "$(wc -c <"$work/spans.html")" -lt 2000000 ]; echo $?)" "the report of 10,000 spans is less than 2 MB"
for page in run open names; do
	fits "$work/$page.html" 1280
	fits "$work/$page.html" 390
	picture "$work/$page.html" "$page"
	picture "$work/$page.html" "$page-dark" --blink-settings=preferredColorScheme=0
done
# of 1,000 entries the measuring takes long, so only the picture
picture "$work/many.html" many
ok "$([ "$(wc -c <"$work/many.html")" -lt 2000000 ]; echo $?)" "10,000 steps are less than 2 MB"
browse --print-to-pdf="$pictures/run.pdf" --no-pdf-header-footer "file://$work/run.html" >/dev/null
like "$(head -c 5 "$pictures/run.pdf")" '^%PDF-' "a page can be printed"
is "$(console)" 0 "... and the console is silent"
browse --print-to-pdf="$pictures/report.pdf" --no-pdf-header-footer "file://$work/silent.html" >/dev/null
like "$(head -c 5 "$pictures/report.pdf")" '^%PDF-' "a report can be printed"
is "$(console)" 0 "... and the console is silent"
done_testing
