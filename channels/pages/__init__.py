"""The public pages, and the visual language that every door shares."""
