"""Results as a reader sees them: Dutch sentences, charts, tables, and where each number comes from."""
