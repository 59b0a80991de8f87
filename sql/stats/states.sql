-- Counts by category that can be stored and merged, and tests over them.

CREATE TYPE at_counts;

CREATE FUNCTION _at_counts_in(cstring) RETURNS at_counts
AS 'MODULE_PATHNAME', 'at_counts_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_counts_in(cstring) IS 'input of at_counts: a JSON object, as its output prints it; raises 22P02';
CREATE FUNCTION _at_counts_out(at_counts) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_counts_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_counts_out(at_counts) IS 'output of at_counts: a JSON object with the format''s version (v)';
CREATE FUNCTION _at_counts_recv(internal) RETURNS at_counts
AS 'MODULE_PATHNAME', 'at_counts_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_counts_recv(internal) IS 'binary input of at_counts, checked; raises 22P03';
CREATE FUNCTION _at_counts_send(at_counts) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_counts_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_counts_send(at_counts) IS 'binary output of at_counts';

CREATE TYPE at_counts (
	INPUT = _at_counts_in,
	OUTPUT = _at_counts_out,
	RECEIVE = _at_counts_recv,
	SEND = _at_counts_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_counts IS 'how often each category was seen, and how often it was null; at most a million categories';

CREATE TYPE at_cluster_counts;

CREATE FUNCTION _at_cluster_counts_in(cstring) RETURNS at_cluster_counts
AS 'MODULE_PATHNAME', 'at_cluster_counts_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_cluster_counts_in(cstring) IS 'input of at_cluster_counts: a JSON object, as its output prints it; raises 22P02';
CREATE FUNCTION _at_cluster_counts_out(at_cluster_counts) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_cluster_counts_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_cluster_counts_out(at_cluster_counts) IS 'output of at_cluster_counts: a JSON object with the format''s version (v)';
CREATE FUNCTION _at_cluster_counts_recv(internal) RETURNS at_cluster_counts
AS 'MODULE_PATHNAME', 'at_cluster_counts_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_cluster_counts_recv(internal) IS 'binary input of at_cluster_counts, checked; raises 22P03';
CREATE FUNCTION _at_cluster_counts_send(at_cluster_counts) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_cluster_counts_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_cluster_counts_send(at_cluster_counts) IS 'binary output of at_cluster_counts';

CREATE TYPE at_cluster_counts (
	INPUT = _at_cluster_counts_in,
	OUTPUT = _at_cluster_counts_out,
	RECEIVE = _at_cluster_counts_recv,
	SEND = _at_cluster_counts_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_cluster_counts IS 'how often each category was seen in each run, and how often either was null';

CREATE TYPE at_sided_counts;

CREATE FUNCTION _at_sided_counts_in(cstring) RETURNS at_sided_counts
AS 'MODULE_PATHNAME', 'at_sided_counts_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sided_counts_in(cstring) IS 'input of at_sided_counts: a JSON object, as its output prints it; raises 22P02';
CREATE FUNCTION _at_sided_counts_out(at_sided_counts) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_sided_counts_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sided_counts_out(at_sided_counts) IS 'output of at_sided_counts: a JSON object with the format''s version (v)';
CREATE FUNCTION _at_sided_counts_recv(internal) RETURNS at_sided_counts
AS 'MODULE_PATHNAME', 'at_sided_counts_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sided_counts_recv(internal) IS 'binary input of at_sided_counts, checked; raises 22P03';
CREATE FUNCTION _at_sided_counts_send(at_sided_counts) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_sided_counts_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sided_counts_send(at_sided_counts) IS 'binary output of at_sided_counts';

CREATE TYPE at_sided_counts (
	INPUT = _at_sided_counts_in,
	OUTPUT = _at_sided_counts_out,
	RECEIVE = _at_sided_counts_recv,
	SEND = _at_sided_counts_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_sided_counts IS 'how often each category was seen on the baselines and the observed side; state of aggregates over both';

CREATE TYPE at_sided_cluster_counts;

CREATE FUNCTION _at_sided_cluster_counts_in(cstring) RETURNS at_sided_cluster_counts
AS 'MODULE_PATHNAME', 'at_sided_cluster_counts_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sided_cluster_counts_in(cstring) IS 'input of at_sided_cluster_counts: a JSON object, as its output prints it; raises 22P02';
CREATE FUNCTION _at_sided_cluster_counts_out(at_sided_cluster_counts) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_sided_cluster_counts_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sided_cluster_counts_out(at_sided_cluster_counts) IS 'output of at_sided_cluster_counts: a JSON object with the format''s version (v)';
CREATE FUNCTION _at_sided_cluster_counts_recv(internal) RETURNS at_sided_cluster_counts
AS 'MODULE_PATHNAME', 'at_sided_cluster_counts_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sided_cluster_counts_recv(internal) IS 'binary input of at_sided_cluster_counts, checked; raises 22P03';
CREATE FUNCTION _at_sided_cluster_counts_send(at_sided_cluster_counts) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_sided_cluster_counts_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sided_cluster_counts_send(at_sided_cluster_counts) IS 'binary output of at_sided_cluster_counts';

CREATE TYPE at_sided_cluster_counts (
	INPUT = _at_sided_cluster_counts_in,
	OUTPUT = _at_sided_cluster_counts_out,
	RECEIVE = _at_sided_cluster_counts_recv,
	SEND = _at_sided_cluster_counts_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_sided_cluster_counts IS 'how often each category was seen in each run, by side; state of aggregates over both';

CREATE FUNCTION _at_counts_add(state at_counts, category text) RETURNS at_counts
AS 'MODULE_PATHNAME', 'at_counts_add' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_counts_add(at_counts, text) IS 'the state with one more category; transition of at_collect_counts; a null is counted as such';

CREATE FUNCTION _at_counts_add(state at_counts, category text, weight bigint) RETURNS at_counts
AS 'MODULE_PATHNAME', 'at_counts_add_weighted' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_counts_add(at_counts, text, bigint) IS 'the state with a category of this weight; transition of at_collect_counts; a null weight is left out; raises 22023 for a negative one';

CREATE FUNCTION _at_counts_merge(state at_counts, other at_counts) RETURNS at_counts
AS 'MODULE_PATHNAME', 'at_counts_merge' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_counts_merge(at_counts, at_counts) IS 'both states merged; exact, associative and commutative; raises 54000 for too many categories';

CREATE AGGREGATE at_merge(state at_counts) (
	SFUNC = _at_counts_merge,
	STYPE = at_counts,
	COMBINEFUNC = _at_counts_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_merge(at_counts) IS 'union of counts';

CREATE AGGREGATE at_collect_counts(category text) (
	SFUNC = _at_counts_add,
	STYPE = at_counts,
	COMBINEFUNC = _at_counts_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_counts(text) IS 'how often each category occurs; raises 54000 for more than a million';

CREATE AGGREGATE at_collect_counts(category text, weight bigint) (
	SFUNC = _at_counts_add,
	STYPE = at_counts,
	COMBINEFUNC = _at_counts_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_counts(text, bigint) IS 'the sum of the weights of each category; raises 54000 for more than a million';

CREATE FUNCTION at_counts_of(categories text[], counts bigint[]) RETURNS at_counts
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_counts_of(text[], bigint[]) IS 'counts from arrays: a null category is the count of nulls, repeated categories add up; raises 22023 for arrays of different length or a count that is null or negative';

CREATE TYPE at_share_result AS (
	category text,
	count bigint,
	share float8
);
COMMENT ON TYPE at_share_result IS 'a category, how often it was seen, and its share';

CREATE FUNCTION at_describe(counts at_counts) RETURNS SETOF at_share_result
AS 'MODULE_PATHNAME', 'at_describe_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION at_describe(at_counts) IS 'categories with their counts and shares, by name';

CREATE FUNCTION _at_null_count(counts at_counts) RETURNS bigint
AS 'MODULE_PATHNAME', 'at_null_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_null_count(at_counts) IS 'how often the category was null';

CREATE FUNCTION _at_sided_counts_add(state at_sided_counts, category text, is_observed boolean) RETURNS at_sided_counts
AS 'MODULE_PATHNAME', 'at_sided_counts_add' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_sided_counts_add(at_sided_counts, text, boolean) IS 'the state with one more category on a side; transition of the tests over rows; rows without a side are left out';

CREATE FUNCTION _at_sided_counts_merge(state at_sided_counts, other at_sided_counts) RETURNS at_sided_counts
AS 'MODULE_PATHNAME', 'at_sided_counts_merge' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_sided_counts_merge(at_sided_counts, at_sided_counts) IS 'both states merged; exact, associative and commutative; raises 54000 for too many categories';

CREATE AGGREGATE at_merge(state at_sided_counts) (
	SFUNC = _at_sided_counts_merge,
	STYPE = at_sided_counts,
	COMBINEFUNC = _at_sided_counts_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_merge(at_sided_counts) IS 'union of counts by side';

CREATE FUNCTION _at_cluster_counts_add(state at_cluster_counts, category text, run_id text) RETURNS at_cluster_counts
AS 'MODULE_PATHNAME', 'at_cluster_counts_add' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_cluster_counts_add(at_cluster_counts, text, text) IS 'the state with one more category of a run; transition of at_collect_cluster_counts';

CREATE FUNCTION _at_cluster_counts_merge(state at_cluster_counts, other at_cluster_counts) RETURNS at_cluster_counts
AS 'MODULE_PATHNAME', 'at_cluster_counts_merge' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_cluster_counts_merge(at_cluster_counts, at_cluster_counts) IS 'both states merged; exact, associative and commutative; raises 54000 for too many categories';

CREATE AGGREGATE at_merge(state at_cluster_counts) (
	SFUNC = _at_cluster_counts_merge,
	STYPE = at_cluster_counts,
	COMBINEFUNC = _at_cluster_counts_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_merge(at_cluster_counts) IS 'union of counts by run';

CREATE AGGREGATE at_collect_cluster_counts(category text, run_id text) (
	SFUNC = _at_cluster_counts_add,
	STYPE = at_cluster_counts,
	COMBINEFUNC = _at_cluster_counts_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_cluster_counts(text, text) IS 'how often each category occurs in each run';

CREATE FUNCTION at_cluster_counts_of(categories text[], run_ids text[], counts bigint[]) RETURNS at_cluster_counts
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_cluster_counts_of(text[], text[], bigint[]) IS 'counts by run from arrays: a null category or run is counted as null; raises 22023 for arrays of different length or a count that is null or negative';

CREATE FUNCTION _at_sided_cluster_counts_add(state at_sided_cluster_counts, category text, run_id text, is_observed boolean) RETURNS at_sided_cluster_counts
AS 'MODULE_PATHNAME', 'at_sided_cluster_counts_add' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_sided_cluster_counts_add(at_sided_cluster_counts, text, text, boolean) IS 'the state with one more category of a run on a side; transition of at_chi2_clustered; rows without a side are left out';

CREATE FUNCTION _at_sided_cluster_counts_merge(state at_sided_cluster_counts, other at_sided_cluster_counts) RETURNS at_sided_cluster_counts
AS 'MODULE_PATHNAME', 'at_sided_cluster_counts_merge' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_sided_cluster_counts_merge(at_sided_cluster_counts, at_sided_cluster_counts) IS 'both states merged; exact, associative and commutative; raises 54000 for too many categories';

CREATE AGGREGATE at_merge(state at_sided_cluster_counts) (
	SFUNC = _at_sided_cluster_counts_merge,
	STYPE = at_sided_cluster_counts,
	COMBINEFUNC = _at_sided_cluster_counts_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_merge(at_sided_cluster_counts) IS 'union of counts by run and side';

CREATE FUNCTION at_chi2(baseline at_counts, observed at_counts, method text DEFAULT 'pearson', seed bigint DEFAULT 0) RETURNS at_chi2_result
AS 'MODULE_PATHNAME', 'at_chi2_counts' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_chi2(at_counts, at_counts, text, bigint) IS 'did the shares of categories change, over the categories of both; methods as over arrays, equally rare categories are pooled by name; nulls are left out; null when a side is empty';

CREATE FUNCTION at_chi2(counts at_sided_counts) RETURNS at_chi2_result
AS 'MODULE_PATHNAME', 'at_chi2_sides' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_chi2(at_sided_counts) IS 'did the shares of categories change: Pearson; nulls are left out; null when a side is empty';

CREATE AGGREGATE at_chi2(category text, is_observed boolean) (
	SFUNC = _at_sided_counts_add,
	STYPE = at_sided_counts,
	FINALFUNC = at_chi2,
	COMBINEFUNC = _at_sided_counts_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_chi2(text, boolean) IS 'did the shares of categories change: Pearson, over rows of category and side; nulls are left out';

CREATE FUNCTION at_g_test(baseline at_counts, observed at_counts) RETURNS at_g_result
AS 'MODULE_PATHNAME', 'at_g_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_g_test(at_counts, at_counts) IS 'did the shares of categories change: likelihood ratio, over the categories of both; nulls are left out; null when a side is empty';

CREATE FUNCTION at_g_test(counts at_sided_counts) RETURNS at_g_result
AS 'MODULE_PATHNAME', 'at_g_sides' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_g_test(at_sided_counts) IS 'did the shares of categories change: likelihood ratio; nulls are left out; null when a side is empty';

CREATE AGGREGATE at_g_test(category text, is_observed boolean) (
	SFUNC = _at_sided_counts_add,
	STYPE = at_sided_counts,
	FINALFUNC = at_g_test,
	COMBINEFUNC = _at_sided_counts_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_g_test(text, boolean) IS 'did the shares of categories change: likelihood ratio, over rows of category and side; nulls are left out';

CREATE FUNCTION at_divergence(baseline at_counts, observed at_counts) RETURNS at_divergence_result
AS 'MODULE_PATHNAME', 'at_divergence_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_divergence(at_counts, at_counts) IS 'how far apart two distributions over categories are, over the categories of both; nulls are left out; null when a side is empty';

CREATE FUNCTION at_divergence(counts at_sided_counts) RETURNS at_divergence_result
AS 'MODULE_PATHNAME', 'at_divergence_sides' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_divergence(at_sided_counts) IS 'how far apart two distributions over categories are; nulls are left out; null when a side is empty';

CREATE AGGREGATE at_divergence(category text, is_observed boolean) (
	SFUNC = _at_sided_counts_add,
	STYPE = at_sided_counts,
	FINALFUNC = at_divergence,
	COMBINEFUNC = _at_sided_counts_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_divergence(text, boolean) IS 'how far apart two distributions over categories are, over rows of category and side; nulls are left out';

CREATE TYPE at_named_category_result AS (
	category text,
	baseline_count bigint,
	observed_count bigint,
	baseline_share float8,
	observed_share float8,
	delta float8,
	cohens_h float8,
	adj_residual float8,
	fisher_p float8,
	q_value_bh float8,
	status text
);
COMMENT ON TYPE at_named_category_result IS 'one category against the rest: counts and shares, change of the share, Cohen''s h, adjusted standardised residual of the observed side, Fisher''s two-sided p, Benjamini-Hochberg q over the categories, status new, lost or kept';

CREATE FUNCTION at_categories(baseline at_counts, observed at_counts) RETURNS SETOF at_named_category_result
AS 'MODULE_PATHNAME', 'at_categories_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 10;
COMMENT ON FUNCTION at_categories(at_counts, at_counts) IS 'which categories changed: one row each, by name';

CREATE FUNCTION at_chi2_clustered(baseline at_cluster_counts, observed at_cluster_counts) RETURNS at_chi2_clustered_result
AS 'MODULE_PATHNAME', 'at_chi2_clustered_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_chi2_clustered(at_cluster_counts, at_cluster_counts) IS 'did the shares of categories change, with runs as clusters: Rao and Scott, over the categories of both; raises 54000 when there are more than 1e8 pairs of run and category';

CREATE FUNCTION at_chi2_clustered(counts at_sided_cluster_counts) RETURNS at_chi2_clustered_result
AS 'MODULE_PATHNAME', 'at_chi2_clustered_sides' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_chi2_clustered(at_sided_cluster_counts) IS 'did the shares of categories change, with runs as clusters: Rao and Scott; raises 54000 when there are more than 1e8 pairs of run and category';

CREATE AGGREGATE at_chi2_clustered(category text, run_id text, is_observed boolean) (
	SFUNC = _at_sided_cluster_counts_add,
	STYPE = at_sided_cluster_counts,
	FINALFUNC = at_chi2_clustered,
	COMBINEFUNC = _at_sided_cluster_counts_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_chi2_clustered(text, text, boolean) IS 'did the shares of categories change, with runs as clusters, over rows of category, run and side; nulls are left out';

CREATE TYPE at_sketch;

CREATE FUNCTION _at_sketch_in(cstring) RETURNS at_sketch
AS 'MODULE_PATHNAME', 'at_sketch_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sketch_in(cstring) IS 'input of at_sketch: a JSON object, as its output prints it; raises 22P02';
CREATE FUNCTION _at_sketch_out(at_sketch) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_sketch_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sketch_out(at_sketch) IS 'output of at_sketch: a JSON object with the format''s version (v)';
CREATE FUNCTION _at_sketch_recv(internal) RETURNS at_sketch
AS 'MODULE_PATHNAME', 'at_sketch_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sketch_recv(internal) IS 'binary input of at_sketch, checked; raises 22P03';
CREATE FUNCTION _at_sketch_send(at_sketch) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_sketch_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sketch_send(at_sketch) IS 'binary output of at_sketch';

CREATE TYPE at_sketch (
	INPUT = _at_sketch_in,
	OUTPUT = _at_sketch_out,
	RECEIVE = _at_sketch_recv,
	SEND = _at_sketch_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_sketch IS 'how many float8 values lie in each of a fixed set of logarithmic buckets: quantiles to 1 % of their value, exact count, least and greatest value; merging is exact in any order';

CREATE FUNCTION _at_sketch_add(state at_sketch, value float8) RETURNS at_sketch
AS 'MODULE_PATHNAME', 'at_sketch_add' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_sketch_add(at_sketch, float8) IS 'the state with one more value; transition of at_collect_sketch; nulls are left out, NaN counted';

CREATE FUNCTION _at_sketch_merge(state at_sketch, other at_sketch) RETURNS at_sketch
AS 'MODULE_PATHNAME', 'at_sketch_merge' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_sketch_merge(at_sketch, at_sketch) IS 'both states merged; exact, associative and commutative; raises 54000 for too many categories';

CREATE AGGREGATE at_merge(state at_sketch) (
	SFUNC = _at_sketch_merge,
	STYPE = at_sketch,
	COMBINEFUNC = _at_sketch_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_merge(at_sketch) IS 'union of sketches';

CREATE AGGREGATE at_collect_sketch(value float8) (
	SFUNC = _at_sketch_add,
	STYPE = at_sketch,
	COMBINEFUNC = _at_sketch_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_sketch(float8) IS 'a sketch of the values; nulls are left out, NaN counted';

CREATE FUNCTION at_sketch_of("values" float8[]) RETURNS at_sketch
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_sketch_of(float8[]) IS 'a sketch of the values; nulls are left out, NaN counted';

CREATE FUNCTION at_quantiles(sketch at_sketch, q float8[]) RETURNS float8[]
AS 'MODULE_PATHNAME', 'at_quantiles_sketch' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_quantiles(at_sketch, float8[]) IS 'quantiles of a sketch, each within 1 % of the smallest value whose cumulative share is at least q (in the unit of the values); null of no values; raises 22023 when q has a null or a number outside 0 to 1';

CREATE TYPE at_sketch_result AS (
	n bigint,
	nan_count bigint,
	min float8,
	p50 float8,
	p90 float8,
	p95 float8,
	p99 float8,
	max float8
);
COMMENT ON TYPE at_sketch_result IS 'what a sketch holds: values, NaN left out, least value, quantiles within 1 %, greatest value';

CREATE FUNCTION at_describe(sketch at_sketch) RETURNS at_sketch_result
AS 'MODULE_PATHNAME', 'at_describe_sketch' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_describe(at_sketch) IS 'count, extremes and quantiles of a sketch';

CREATE TYPE at_ks_bounds_result AS (
	d_lo float8,
	d_hi float8,
	p_lo float8,
	p_hi float8,
	n_baseline bigint,
	n_observed bigint,
	nan_count bigint
);
COMMENT ON TYPE at_ks_bounds_result IS 'what two sketches say of the Kolmogorov-Smirnov statistic: the least and greatest it can be, p by the limit law at either, sizes, NaN left out';

CREATE FUNCTION at_ks_test(baseline at_sketch, observed at_sketch) RETURNS at_ks_bounds_result
AS 'MODULE_PATHNAME', 'at_ks_sketch' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_ks_test(at_sketch, at_sketch) IS 'bounds of the Kolmogorov-Smirnov statistic and its p from two sketches: values of one bucket may be in any order; null when a side is empty';

CREATE TYPE at_histogram;

CREATE FUNCTION _at_histogram_in(cstring) RETURNS at_histogram
AS 'MODULE_PATHNAME', 'at_histogram_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_histogram_in(cstring) IS 'input of at_histogram: a JSON object, as its output prints it; raises 22P02';
CREATE FUNCTION _at_histogram_out(at_histogram) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_histogram_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_histogram_out(at_histogram) IS 'output of at_histogram: a JSON object with the format''s version (v)';
CREATE FUNCTION _at_histogram_recv(internal) RETURNS at_histogram
AS 'MODULE_PATHNAME', 'at_histogram_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_histogram_recv(internal) IS 'binary input of at_histogram, checked; raises 22P03';
CREATE FUNCTION _at_histogram_send(at_histogram) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_histogram_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_histogram_send(at_histogram) IS 'binary output of at_histogram';

CREATE TYPE at_histogram (
	INPUT = _at_histogram_in,
	OUTPUT = _at_histogram_out,
	RECEIVE = _at_histogram_recv,
	SEND = _at_histogram_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_histogram IS 'how many float8 values lie between fixed edges: bins closed on the right, outer bins open, at most 10000 edges; merging is exact in any order';

CREATE FUNCTION _at_histogram_add(state at_histogram, value float8, edges float8[]) RETURNS at_histogram
AS 'MODULE_PATHNAME', 'at_histogram_add' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_histogram_add(at_histogram, float8, float8[]) IS 'the state with one more value; transition of at_collect_histogram; edges are taken from the first row; nulls are left out, NaN counted';

CREATE FUNCTION _at_histogram_merge(state at_histogram, other at_histogram) RETURNS at_histogram
AS 'MODULE_PATHNAME', 'at_histogram_merge' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_histogram_merge(at_histogram, at_histogram) IS 'both states merged; exact, associative and commutative; raises 22023 when their edges differ';

CREATE AGGREGATE at_merge(state at_histogram) (
	SFUNC = _at_histogram_merge,
	STYPE = at_histogram,
	COMBINEFUNC = _at_histogram_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_merge(at_histogram) IS 'union of histograms of the same edges';

CREATE AGGREGATE at_collect_histogram(value float8, edges float8[]) (
	SFUNC = _at_histogram_add,
	STYPE = at_histogram,
	COMBINEFUNC = _at_histogram_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_histogram(float8, float8[]) IS 'a histogram of the values between edges, which are the same for all rows; nulls are left out, NaN counted; raises 22023 for edges that are null, NaN or not ascending';

CREATE FUNCTION at_histogram_of("values" float8[], edges float8[]) RETURNS at_histogram
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_histogram_of(float8[], float8[]) IS 'a histogram of the values between edges (equal ones merged); nulls are left out, NaN counted; raises 22023 for edges that are null, NaN or not ascending';

CREATE FUNCTION at_bin_edges("values" float8[], bins integer DEFAULT 10) RETURNS float8[]
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_bin_edges(float8[], integer) IS 'edges between bins that hold equal shares of the values: type-7 quantiles, equal ones merged; raises 22023 unless bins is from 2 to 10000';

CREATE FUNCTION at_chi2(baseline at_histogram, observed at_histogram, method text DEFAULT 'pearson', seed bigint DEFAULT 0) RETURNS at_chi2_result
AS 'MODULE_PATHNAME', 'at_chi2_histograms' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_chi2(at_histogram, at_histogram, text, bigint) IS 'did the shares of bins change; methods as over arrays; raises 22023 when edges differ';

CREATE FUNCTION at_divergence(baseline at_histogram, observed at_histogram) RETURNS at_divergence_result
AS 'MODULE_PATHNAME', 'at_divergence_histograms' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_divergence(at_histogram, at_histogram) IS 'how far apart two histograms are; raises 22023 when edges differ';

CREATE FUNCTION at_psi(baseline at_histogram, observed at_histogram) RETURNS at_psi_result
AS 'MODULE_PATHNAME', 'at_psi_histograms' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_psi(at_histogram, at_histogram) IS 'population stability index of two histograms; raises 22023 when edges differ';
