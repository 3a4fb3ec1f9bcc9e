"""Questions about a whole base, asked of a database in one query."""
