-- A call of a model, with the id that the page explains.
select at_ingest('{"schema_version": "2026-06-07", "event_id": "evt_5f0c2a1e7b3d4c6f8a9b0c1d2e3f4a5b",
	"idempotency_key": "k", "project": "desk", "agent_id": "a", "run_id": "run_1",
	"event_type": "llm.call.completed", "occurred_at": "2026-01-05T13:00:00Z", "environment": "paper", "symbols": [],
	"payload": {"provider": "anthropic", "model": "claude-sonnet-4-5", "status": "succeeded", "latency_ms": 800, "usage": {
		"input_tokens": 1000, "cache_read_input_tokens": 10000, "cache_creation_input_tokens": 2000, "output_tokens": 500}},
	"privacy": {}, "sdk": {"name": "n", "version": "1", "language": "sql"}}') \g /dev/null
