"""Finds the passages that answer: words, vectors, their fusion, and how sure that is."""
