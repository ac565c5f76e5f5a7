"""Resolved conversations without those who had them: what operators learn from."""
