"""A small language model on this machine, behind a server that speaks OpenAI's protocol."""
