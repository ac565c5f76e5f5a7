"""What benchmarks/retrieval_speed.py and kill_during_ingest.py are made of."""
