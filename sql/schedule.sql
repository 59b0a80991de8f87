-- Schedules: what keeps the store fresh, on pg_cron or as systemd timers, and how
-- fresh it is.

CREATE FUNCTION _at_cron_schema() RETURNS name
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	SELECT n.nspname
	FROM pg_extension x
		JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = x.oid
			AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
		JOIN pg_proc p ON p.oid = d.objid AND p.proname = 'schedule_in_database'
		JOIN pg_namespace n ON n.oid = p.pronamespace
	WHERE x.extname = 'pg_cron' LIMIT 1
$at$;
COMMENT ON FUNCTION _at_cron_schema() IS 'the schema of pg_cron''s functions when that extension is installed in this database, else null';

CREATE FUNCTION _at_cron_values(field text, low integer, high integer, names text[] DEFAULT '{}') RETURNS integer[]
LANGUAGE at_plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	item text;
	part text[];
	first integer;
	last integer;
	found integer[] := '{}';
BEGIN
	IF field IS NULL THEN
		RETURN NULL;
	END IF;
	FOREACH item IN ARRAY string_to_array(lower(field), ',') LOOP
		part := regexp_match(item, '^(?:(\*)|([a-z]{3}|\d{1,2})(?:(-)([a-z]{3}|\d{1,2}))?)(?:/(\d{1,2}))?$');
		IF part IS NULL THEN
			RETURN NULL;
		END IF;
		first := CASE WHEN part[1] = '*' THEN low WHEN part[2] ~ '^\d' THEN part[2]::integer
			ELSE array_position(names, part[2]) - 1 + low END;
		last := CASE WHEN part[1] = '*' THEN high WHEN part[4] ~ '^\d' THEN part[4]::integer
			WHEN part[4] IS NOT NULL THEN array_position(names, part[4]) - 1 + low
			WHEN part[5] IS NOT NULL THEN high ELSE first END;
		IF first IS NULL OR last IS NULL OR first < low OR last > high OR first > last OR part[5]::integer = 0 THEN
			RETURN NULL;
		END IF;
		found := found || ARRAY(SELECT generate_series(first, last, coalesce(part[5]::integer, 1)));
	END LOOP;
	RETURN ARRAY(SELECT DISTINCT v FROM unnest(found) v ORDER BY v);
END
$at$;
COMMENT ON FUNCTION _at_cron_values(text, integer, integer, text[]) IS 'internal: the numbers that a field of crontab(5) stands for, from low to high, with names for them; null when it is no such field';

CREATE FUNCTION _at_cron_fields(schedule text, OUT minutes integer[], OUT hours integer[], OUT days integer[],
	OUT months integer[], OUT weekdays integer[], OUT any_day boolean, OUT any_weekday boolean)
LANGUAGE at_plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	field text[] := regexp_split_to_array(btrim(schedule), '\s+');
BEGIN
	minutes := @extschema@._at_cron_values(field[1], 0, 59);
	hours := @extschema@._at_cron_values(field[2], 0, 23);
	days := @extschema@._at_cron_values(field[3], 1, 31);
	months := @extschema@._at_cron_values(field[4], 1, 12, '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}');
	weekdays := @extschema@._at_cron_values(field[5], 0, 7, '{sun,mon,tue,wed,thu,fri,sat}');
	-- Sunday is 0 and 7
	weekdays := ARRAY(SELECT DISTINCT d % 7 FROM unnest(weekdays) d ORDER BY 1);
	any_day := field[3] LIKE '*%';
	any_weekday := field[5] LIKE '*%';
	IF cardinality(field) <> 5 OR minutes IS NULL OR hours IS NULL OR days IS NULL OR months IS NULL
			OR weekdays = '{}' THEN
		RAISE invalid_parameter_value USING MESSAGE = 'a schedule is no time in the notation of crontab(5)',
			HINT = 'It has minute, hour, day, month and day of the week, for example */5 * * * *.';
	END IF;
END
$at$;
COMMENT ON FUNCTION _at_cron_fields(text) IS 'internal: the five fields of a time in the notation of crontab(5); of days and weekdays both hold when one of them begins with *, else either; raises 22023';

CREATE FUNCTION _at_cron_next(schedule text, after timestamptz, tz text DEFAULT 'GMT') RETURNS timestamptz
LANGUAGE at_plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	f record;
	start timestamp := date_trunc('minute', after AT TIME ZONE tz) + interval '1 minute';
BEGIN
	SELECT * INTO f FROM @extschema@._at_cron_fields(schedule);
	-- the first day that has such a time, then the first such time; the longest wait is
	-- for a 29th of February
	RETURN (SELECT min(d.day + make_interval(hours => h, mins => i)) AT TIME ZONE tz
		FROM (SELECT min(c) AS day
				FROM generate_series(start::date::timestamp, start::date + interval '3000 days', interval '1 day') c,
					LATERAL (SELECT extract(day FROM c) = ANY (f.days) AS day, extract(dow FROM c) = ANY (f.weekdays) AS weekday) m
				WHERE extract(month FROM c) = ANY (f.months)
					AND CASE WHEN f.any_day OR f.any_weekday THEN m.day AND m.weekday ELSE m.day OR m.weekday END
					AND c + make_interval(hours => f.hours[cardinality(f.hours)], mins => f.minutes[cardinality(f.minutes)]) >= start) d,
			unnest(f.hours) h, unnest(f.minutes) i
		WHERE d.day + make_interval(hours => h, mins => i) >= start);
END
$at$;
COMMENT ON FUNCTION _at_cron_next(text, timestamptz, text) IS 'internal: the first time after this one at which a schedule in the notation of crontab(5) is due, in a time zone; null: never in the next years; raises 22023';

CREATE FUNCTION _at_systemd_calendar(schedule text) RETURNS text
LANGUAGE at_plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	f record;
	weekdays text;
	months text;
	days text;
	time text;
BEGIN
	SELECT * INTO f FROM @extschema@._at_cron_fields(schedule);
	weekdays := CASE WHEN cardinality(f.weekdays) < 7 THEN (SELECT string_agg(('{Sun,Mon,Tue,Wed,Thu,Fri,Sat}'::text[])[w + 1],
		',' ORDER BY w) FROM unnest(f.weekdays) w) || ' ' ELSE '' END;
	months := CASE WHEN cardinality(f.months) = 12 THEN '*' ELSE array_to_string(f.months, ',') END;
	days := CASE WHEN cardinality(f.days) = 31 THEN '*' ELSE array_to_string(f.days, ',') END;
	time := format('%s:%s:00 UTC', CASE WHEN cardinality(f.hours) = 24 THEN '*' ELSE array_to_string(f.hours, ',') END,
		CASE WHEN cardinality(f.minutes) = 60 THEN '*' ELSE array_to_string(f.minutes, ',') END);
	IF f.any_day OR f.any_weekday THEN
		RETURN format('OnCalendar=%s*-%s-%s %s', weekdays, months, days, time);
	END IF;
	-- either of both, which takes two lines
	RETURN format(E'OnCalendar=%s*-%s-* %s\nOnCalendar=*-%s-%s %s', weekdays, months, time, months, days, time);
END
$at$;
COMMENT ON FUNCTION _at_systemd_calendar(text) IS 'internal: a time in the notation of crontab(5) as OnCalendar lines of a systemd timer, in UTC; raises 22023';

CREATE FUNCTION _at_systemd_quoted(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	SELECT '"' || replace(replace(replace(replace($1, '\', '\\'), '"', '\"'), E'\n', '\n'), '%', '%%') || '"'
$at$;
COMMENT ON FUNCTION _at_systemd_quoted(text) IS 'internal: a text as a word in a unit file of systemd; in a command $ is to be doubled besides';

CREATE FUNCTION _at_systemd_unit(job text, command text, schedule text, OUT target text, OUT content text) RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	-- what may be in a name of a unit stays, and the rest is written as systemd-escape(1) does
	unit text := (SELECT string_agg(CASE WHEN c ~ '^[A-Za-z0-9_.]$' THEN c ELSE (SELECT string_agg('\x'
				|| lpad(to_hex(get_byte(b.bytes, i)), 2, '0'), '') FROM generate_series(0, length(b.bytes) - 1) i) END, '' ORDER BY n)
		FROM regexp_split_to_table(format('agent_tracker %s %s', job, current_database()), '') WITH ORDINALITY s(c, n),
			LATERAL (SELECT convert_to(c, 'UTF8') AS bytes) b);
	about text := replace(replace(format('Description=agent_tracker: %s of database %s', job, current_database()), '%', '%%'),
		E'\n', ' ');
BEGIN
	unit := replace(unit, '\x20', '-');
	target := unit || '.service';
	content := concat_ws(E'\n', '[Unit]', about, '', '[Service]', 'Type=oneshot',
		'# the system''s user, whom pg_hba.conf must let connect as the role PGUSER; a password belongs into his .pgpass',
		CASE WHEN current_user ~ '^[a-z_][a-z0-9_-]{0,30}$' THEN 'User=' || current_user ELSE '#User=' END,
		format('Environment=%s %s %s', @extschema@._at_systemd_quoted('PGDATABASE=' || current_database()),
			@extschema@._at_systemd_quoted('PGUSER=' || current_user),
			@extschema@._at_systemd_quoted('PGPORT=' || current_setting('port'))),
		format('ExecStart=/usr/bin/env psql -XAtq -v ON_ERROR_STOP=1 -c %s',
			replace(@extschema@._at_systemd_quoted(command), '$', '$$')), '');
	RETURN NEXT;
	target := unit || '.timer';
	content := concat_ws(E'\n', '[Unit]', about, '', '[Timer]', @extschema@._at_systemd_calendar(schedule), 'Persistent=true',
		'', '[Install]', 'WantedBy=timers.target', '');
	RETURN NEXT;
END
$at$;
COMMENT ON FUNCTION _at_systemd_unit(text, text, text) IS 'internal: names and contents of the service and the timer that run a command as the current user in this database; raises 22023 for a schedule that is no time in the notation of crontab(5)';

CREATE FUNCTION _at_sync_jobs(OUT job text, OUT command text) RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	IF to_regclass('@extschema@.at_event') IS NULL THEN
		RETURN;
	END IF;
	IF has_table_privilege('@extschema@.at_mapping', 'SELECT') THEN
		RETURN QUERY
		SELECT 'mapping ' || m.name, format('SELECT @extschema@.at_sync_mapping(%L)', m.name)
		FROM @extschema@.at_mapping m
		WHERE to_regrole(quote_ident(m.owner)) IS NOT NULL AND pg_has_role(to_regrole(quote_ident(m.owner))::oid, 'MEMBER')
		ORDER BY m.name COLLATE "C";
	END IF;
	IF has_table_privilege('@extschema@.at_journal_watermark', 'SELECT') THEN
		RETURN QUERY
		SELECT concat_ws(' ', 'journal', j.schema_name, j.project, j.agent_id, j.environment),
			format('SELECT @extschema@.at_sync_journal(%L, %L, %L, %L)', j.schema_name, j.project, j.agent_id, j.environment)
		FROM (SELECT DISTINCT w.schema_name COLLATE "C" AS schema_name, w.project COLLATE "C" AS project,
			w.agent_id COLLATE "C" AS agent_id, w.environment COLLATE "C" AS environment FROM @extschema@.at_journal_watermark w) j
		ORDER BY j.schema_name, j.project, j.agent_id, j.environment;
	END IF;
END
$at$;
COMMENT ON FUNCTION _at_sync_jobs() IS 'internal: what reads mappings, of roles that the caller is a member of, and the journals that were read before, a job for each, so that one that fails keeps no other from running';

CREATE FUNCTION at_schedule(refresh text DEFAULT '*/5 * * * *', upkeep text DEFAULT '10 0 * * *',
	sync text DEFAULT '*/5 * * * *', profile text DEFAULT '20 0 * * *', proposal text DEFAULT '40 0 * * 1',
	scan text DEFAULT '5 * * * *', retention text DEFAULT 'off', keep interval DEFAULT '400 days',
	OUT job text, OUT schedule text, OUT command text, OUT target text, OUT content text) RETURNS SETOF record
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET intervalstyle = 'postgres'
AS $at$
#variable_conflict use_column
DECLARE
	cron name := @extschema@._at_cron_schema();
	jobs text[] := '{}';
	wanted record;
	old text;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{refresh,upkeep,sync,profile,proposal,scan,retention,keep}', $1, $2, $3, $4, $5, $6, $7, $8);
	IF keep < interval '1 day' THEN
		RAISE invalid_parameter_value USING MESSAGE = 'keep must be at least a day';
	END IF;
	FOR wanted IN
		SELECT j.job, j.schedule, j.command, format('agent_tracker %s %s', j.job, current_database()) AS name
		FROM (VALUES ('refresh', $1, 'SELECT @extschema@.at_refresh()'), ('upkeep', $2, 'SELECT @extschema@.at_upkeep()')) j(job, schedule, command)
		WHERE j.schedule <> 'off'
		UNION ALL
		SELECT 'sync ' || s.job, $3, s.command, format('agent_tracker sync %s %s', s.job, current_database())
		FROM @extschema@._at_sync_jobs() s
		WHERE $3 <> 'off'
		UNION ALL
		SELECT j.job, j.schedule, j.command, format('agent_tracker %s %s', j.job, current_database())
		FROM (VALUES ('profile', $4, 'SELECT @extschema@.at_create_daily_profiles()'),
			('proposal', $5, 'SELECT @extschema@.at_propose_baselines()'),
			('scan', $6, 'SELECT @extschema@.at_scan_baselines()'),
			('retention', $7, format('SELECT @extschema@.at_drop_before(now() - interval %L, false)', $8))) j(job, schedule, command)
		WHERE j.schedule <> 'off' LOOP
		job := wanted.job;
		schedule := wanted.schedule;
		command := wanted.command;
		IF cron IS NULL THEN
			RETURN QUERY SELECT wanted.job, wanted.schedule, wanted.command, u.target, u.content
			FROM @extschema@._at_systemd_unit(wanted.job, wanted.command, wanted.schedule) u;
		ELSE
			EXECUTE format('SELECT %I.schedule($1, $2, $3)', cron) USING wanted.name, wanted.schedule, wanted.command;
			target := 'pg_cron';
			jobs := jobs || wanted.name;
			RETURN NEXT;
		END IF;
	END LOOP;
	IF cron IS NOT NULL THEN
		FOR old IN SELECT * FROM @extschema@._at_cron_jobs() LOOP
			IF old <> ALL (jobs) THEN
				EXECUTE format('SELECT %I.unschedule($1)', cron) USING old;
			END IF;
		END LOOP;
	END IF;
END
$at$;
COMMENT ON FUNCTION at_schedule(text, text, text, text, text, text, text, interval) IS 'keeps everything fresh: puts on pg_cron, when that extension is installed in this database, a job for each of at_refresh(), at_upkeep() (partitions ahead), each mapping and each journal that was read before (sync), daily profiles, proposals of baselines, scans for drift, and, unless retention is off, at_drop_before() of what is older than keep; each at its time in the notation of crontab(5), or not at all when that is off; jobs of a former call that are wanted no more are taken back, so call it again after a mapping was made; returns a row for each job, with target pg_cron; where pg_cron is missing it does nothing and returns a service and a timer of systemd for each job: target is the name of the file, content what belongs into it (/etc/systemd/system), without a password; raises 22004 for null, 22023 for a time that is none, 42501 for a role that may not use pg_cron';

CREATE FUNCTION _at_cron_jobs() RETURNS SETOF text
LANGUAGE at_plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	RETURN QUERY EXECUTE format('SELECT j.jobname::text FROM %I.job j WHERE j.jobname LIKE $1'
		' AND j.database = current_database() AND j.username = current_user', @extschema@._at_cron_schema())
		USING 'agent\_tracker %';
END
$at$;
COMMENT ON FUNCTION _at_cron_jobs() IS 'internal: names of the jobs that at_schedule() put on pg_cron for this database and role';

CREATE FUNCTION at_unschedule() RETURNS integer
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	cron name := @extschema@._at_cron_schema();
	job text;
	taken integer := 0;
BEGIN
	IF cron IS NULL THEN
		RETURN 0;
	END IF;
	FOR job IN SELECT * FROM @extschema@._at_cron_jobs() LOOP
		EXECUTE format('SELECT %I.unschedule($1)', cron) USING job;
		taken := taken + 1;
	END LOOP;
	RETURN taken;
END
$at$;
COMMENT ON FUNCTION at_unschedule() IS 'takes back what at_schedule() put on pg_cron for this database and role; returns how many jobs that were';

-- How fresh everything is ----------------------------------------------------

CREATE FUNCTION _at_job_freshness(OUT job text, OUT schedule text, OUT last_run timestamptz, OUT last_status text,
	OUT next_run timestamptz) RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	cron name := @extschema@._at_cron_schema();
BEGIN
	IF cron IS NULL OR NOT has_schema_privilege(cron, 'USAGE') OR NOT has_table_privilege(format('%I.job', cron), 'SELECT')
			OR NOT has_table_privilege(format('%I.job_run_details', cron), 'SELECT') THEN
		RETURN;
	END IF;
	RETURN QUERY EXECUTE format('SELECT j.jobname::text, j.schedule::text, d.start_time, d.status::text,'
		' CASE WHEN j.active THEN @extschema@._at_cron_next(j.schedule, now(), coalesce(current_setting(''cron.timezone'', true), ''GMT'')) END'
		' FROM %1$I.job j LEFT JOIN LATERAL (SELECT r.start_time, r.status FROM %1$I.job_run_details r'
		' WHERE r.jobid = j.jobid AND r.start_time IS NOT NULL ORDER BY r.runid DESC LIMIT 1) d ON true'
		' WHERE j.jobname LIKE $1 AND j.database = current_database() ORDER BY j.jobname', cron)
		USING 'agent\_tracker %';
END
$at$;
COMMENT ON FUNCTION _at_job_freshness() IS 'internal: the jobs of at_schedule() that the caller may see on pg_cron, when each ran last and runs next';

CREATE FUNCTION at_freshness(OUT item text, OUT status text, OUT newest timestamptz, OUT complete_until timestamptz,
	OUT stale_runs bigint, OUT stale_days bigint, OUT waiting interval, OUT schedule text, OUT last_run timestamptz,
	OUT last_status text, OUT next_run timestamptz) RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off
AS $at$
#variable_conflict use_column
DECLARE
	stale record;
BEGIN
	PERFORM @extschema@._at_check_store();
	SELECT count(DISTINCT (m.project, m.run_id)) FILTER (WHERE m.run_id IS NOT NULL) AS runs,
		count(DISTINCT (m.project, m.day)) FILTER (WHERE m.day > '-infinity') AS days, min(m.written_at) AS since
	INTO stale FROM @extschema@.at_stale_run m;
	RETURN QUERY
	SELECT f.item, CASE WHEN stale.since IS NULL THEN 'fresh' WHEN now() - stale.since < interval '1 hour' THEN 'waiting'
			ELSE 'late' END,
		f.newest, coalesce(stale.since, now()), stale.runs, stale.days, now() - stale.since,
		NULL::text, NULL::timestamptz, NULL::text, NULL::timestamptz
	FROM (SELECT 'runs' AS item, (SELECT max(r.last_at) FROM @extschema@.at_run_fact r) AS newest
		UNION ALL SELECT 'trades', (SELECT max(t.t) FROM @extschema@.at_trade_fill t)
		UNION ALL SELECT 'evidence', (SELECT max(d.day)::timestamptz FROM @extschema@.at_evidence_daily d)
		UNION ALL SELECT 'hourly', (SELECT max(h.hour) FROM @extschema@.at_hourly_rollup h)
		UNION ALL SELECT 'llm_daily', (SELECT max(d.day)::timestamptz FROM @extschema@.at_llm_daily_rollup d)
		UNION ALL SELECT 'tool_daily', (SELECT max(d.day)::timestamptz FROM @extschema@.at_tool_daily_rollup d)) f;
	RETURN QUERY
	SELECT j.job, CASE WHEN j.last_status = 'failed' THEN 'failed' WHEN j.next_run IS NULL THEN 'off' ELSE 'scheduled' END,
		NULL::timestamptz, NULL::timestamptz, NULL::bigint, NULL::bigint, NULL::interval, j.schedule, j.last_run,
		j.last_status, j.next_run
	FROM @extschema@._at_job_freshness() j;
END
$at$;
COMMENT ON FUNCTION at_freshness() IS 'how old facts and rollups are, and whether the schedule runs: for each kind of fact its newest time (of a rollup the start of its last hour or day), the time until which all that was written is in it, how many runs and days of projects were written since, and how long the first of them has been waiting for at_refresh() (status fresh: nothing waits, waiting, late: more than an hour; views are right all the same, and slower); for each job of at_schedule() that pg_cron lets the caller see its time, when it ran last and how that ended, and when it runs next (status scheduled, failed, off); raises 42P01 without a store';

CREATE FUNCTION at_size(OUT kind text, OUT name text, OUT part_of text, OUT rows bigint, OUT bytes bigint, OUT share float8)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
#variable_conflict use_column
BEGIN
	PERFORM @extschema@._at_check_store();
	RETURN QUERY
	WITH relation AS MATERIALIZED (
		SELECT c.oid, c.relname::text AS name, c.reltuples, 'table' AS kind
		FROM @extschema@._at_store_relations() r JOIN pg_class c ON c.oid = to_regclass(format('@extschema@.%I', r.name))
		WHERE c.relkind = 'r'
		UNION ALL
		SELECT c.oid, c.relname::text, c.reltuples, 'partition'
		FROM @extschema@.at_partitions() p JOIN pg_class c ON c.oid = p.partition
	), part AS (
		SELECT r.kind, r.name, NULL::text AS part_of, nullif(r.reltuples, -1)::bigint AS rows,
			pg_table_size(r.oid) AS bytes
		FROM relation r
		UNION ALL
		SELECT 'index', i.relname::text, r.name, NULL, pg_table_size(i.oid)
		FROM relation r JOIN pg_index x ON x.indrelid = r.oid JOIN pg_class i ON i.oid = x.indexrelid
	), sample AS (
		-- some ten thousand events, of all partitions
		SELECT e.event_type::text AS name, count(*) AS n, sum(pg_column_size(e)) AS bytes
		FROM @extschema@.at_event e TABLESAMPLE SYSTEM (least(100, 1000000.0 / greatest(1,
			(SELECT sum(r.reltuples) FROM relation r WHERE r.kind = 'partition'))))
		GROUP BY e.event_type
	), stored AS (
		SELECT sum(p.bytes) FILTER (WHERE p.kind = 'partition') AS events, sum(p.rows) FILTER (WHERE p.kind = 'partition') AS rows,
			sum(p.bytes) AS all
		FROM part p
	)
	SELECT p.kind, p.name, p.part_of, p.rows, p.bytes, p.bytes::float8 / nullif(t.all, 0)
	FROM (SELECT 1 AS place, p.* FROM part p
		UNION ALL
		SELECT 2, 'event type', s.name, NULL, (s.n * t.rows / sum(s.n) OVER ())::bigint,
			(s.bytes * t.events / sum(s.bytes) OVER ())::bigint
		FROM sample s, stored t) p, stored t
	ORDER BY p.place, p.bytes DESC, p.name COLLATE "C";
END
$at$;
COMMENT ON FUNCTION at_size() IS 'what takes how much room, the largest first: tables of the store and partitions of at_event (without their indexes, with what is stored apart of long values), indexes (part_of is their table), and the event types, of which rows and bytes are estimated from a random sample and are those of the partitions once more; rows is the estimate of the last ANALYZE; bytes; share of the store; raises 42P01 without a store';
