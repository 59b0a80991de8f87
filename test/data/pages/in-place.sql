\i test/data/pages/journal.sql
