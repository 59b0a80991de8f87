-- Every case of test/data/stats/round_trips_fifo.json.
\set method fifo
\i test/data/golden_round_trips.sql
