"""Who commits: organisations, charters, good-practice stories."""
