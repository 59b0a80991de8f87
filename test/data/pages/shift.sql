-- Four weeks of an agent that acts half as often from the third on.
select count(*) from at_ingest_jsonl((select string_agg(line, e'\n')
	from at_sample_day('2026-02-02', days => 20, agents => 1, shift => '2026-02-16') line)) \g /dev/null
