"""Fits what puts the found sections into order, and how sure a search is, on labelled questions."""
