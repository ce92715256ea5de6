"""Refresh reports unattended: fetch, ingest, check plausibility, publish, notify."""
