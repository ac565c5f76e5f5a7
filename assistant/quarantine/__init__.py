"""Quarantine: what came in and could not become a message is kept whole until a person decides."""
