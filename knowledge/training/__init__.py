"""Trains the bundled Japanese-English embedding: `python -m knowledge.training --out DIR`."""
