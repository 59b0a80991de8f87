-- Every case of test/data/stats/round_trips_average.json.
\set method average
\i test/data/golden_round_trips.sql
