"""Articles: how they are written, read from files, kept in versions and cut into passages."""
