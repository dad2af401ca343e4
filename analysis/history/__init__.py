"""Across the runs of one person: what is usual, what changed, and how far they ran."""
