\i test/data/pages/desk.sql
