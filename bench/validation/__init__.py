"""How far the analysis is from the truth: scores, tables, plots, ``docs/validation.md``."""
