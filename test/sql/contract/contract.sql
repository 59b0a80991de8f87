-- The contract as rows, types and schemas.
select count(*) as types, count(distinct event_group) as groups, bool_and(description <> '') as described
	from at_event_types();
select event_group, count(*) from at_event_types() group by 1 order by 1;
select event_type, event_group, required_fields from at_event_types() order by event_type;

-- Fields: those of a type, and those of any event that has them.
select count(*) as fields, count(distinct event_type) as types, count(*) filter (where event_type is null) as of_any
	from at_event_fields();
select field, required, nullable, kind, enumeration, minimum, maximum, condition from at_event_fields()
	where event_type = 'risk.check.completed' order by field;
select field, kind, enumeration, minimum, maximum, condition from at_event_fields() where event_type is null
	order by field;
select distinct kind from at_event_fields() order by 1;
-- A required field of a type is one of its fields.
select t.event_type, r from at_event_types() t, unnest(t.required_fields) r
where not exists (select from at_event_fields() f where f.event_type = t.event_type and f.field = r and f.required);

-- Enumerations: the rows are the values of the SQL types, in their order.
select enumeration, count(*) from at_enums() group by 1 order by 1;
select e.enumeration, e.position, e.value from at_enums() e
where not exists (
	select from pg_enum v where v.enumtypid = to_regtype('at_' || e.enumeration) and v.enumlabel = e.value);
select enumeration from at_enums() group by 1
having array_agg(value order by position) <> (
	select array_agg(v.enumlabel::text order by v.enumsortorder) from pg_enum v
	where v.enumtypid = to_regtype('at_' || enumeration));
select v.enumtypid::regtype, v.enumlabel from pg_enum v
	join pg_depend d on d.classid = 'pg_type'::regclass and d.objid = v.enumtypid and d.deptype = 'e'
where v.enumtypid <> 'at_drift_level'::regtype
	and not exists (
		select from at_enums() e where 'at_' || e.enumeration = v.enumtypid::regtype::text and e.value = v.enumlabel);
select 'paper'::at_environment, 'agent.run.started'::at_event_type;
\set VERBOSITY terse
select 'production'::at_environment;

-- Mistake families: the listed ones, and custom ones of the right form.
select count(*) as families, count(distinct mistake_group) as groups from at_mistake_families();
select 'custom.my_family'::at_mistake_family;
select 'custom.'::at_mistake_family;
select 'none of these'::at_mistake_family;

-- Redaction rules, and the self-test: each has a sample it hits and one it does
-- not.
select category, kind, count(*) from at_redaction_rules() group by 1, 2 order by 1, 2;
with r as materialized (
	select *, replace(category, 'client,', '') as alone from at_redaction_rules() where kind in ('pattern', 'prefix'))
select name from r where (not at_has_secret(sample, alone) or at_has_secret(counter_sample, alone)) order by 1;
select count(*) > 100 as many from at_redaction_rules() where kind = 'prefix' and at_redact_text(sample) = '[REDACTED]';
select check_name, detail from at_selftest() where not ok;
select count(*) > 50 as many from at_selftest();

-- Schemas: one for each type; they are JSON Schema.
select count(*) as schemas, bool_and(s->>'$schema' = 'https://json-schema.org/draft/2020-12/schema') as draft,
	bool_and(s ? 'properties' and s ? 'required') as shape
from at_event_types() t, at_json_schema(t.event_type) s;
select at_json_schema(null);
select jsonb_path_query_array(at_json_schema('agent.run.started'), '$.required[*]') as required;
