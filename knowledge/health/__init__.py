"""What is wrong with the articles themselves: pure analysis, no query and no word for people."""
