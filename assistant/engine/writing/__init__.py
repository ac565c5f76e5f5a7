"""Step 4: who writes the body of an answer, from the same evidence."""
