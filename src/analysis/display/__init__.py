"""Results as readers see them: Dutch sentences, charts, tables and provenance."""
