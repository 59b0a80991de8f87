-- Filters of identifiers: what a BRIN index keeps of many pages, to tell which of
-- them cannot hold one.

CREATE OPERATOR CLASS at_id_bloom_ops FOR TYPE at_id USING brin AS
	OPERATOR 1 =,
	FUNCTION 1 pg_catalog.brin_bloom_opcinfo(internal),
	FUNCTION 2 pg_catalog.brin_bloom_add_value(internal, internal, internal, internal),
	FUNCTION 3 pg_catalog.brin_bloom_consistent(internal, internal, internal, integer),
	FUNCTION 4 pg_catalog.brin_bloom_union(internal, internal, internal),
	FUNCTION 5 pg_catalog.brin_bloom_options(internal),
	FUNCTION 11 _at_id_hash(at_id);
COMMENT ON OPERATOR CLASS at_id_bloom_ops USING brin IS 'Bloom filters of identifiers, for equality; options as those of text_bloom_ops';
COMMENT ON OPERATOR FAMILY at_id_bloom_ops USING brin IS 'Bloom filters of identifiers';
