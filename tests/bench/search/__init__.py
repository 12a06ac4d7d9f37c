"""Search measured on 1,000, 10,000 and 100,000 entries, on each engine; ``make bench-search``."""
