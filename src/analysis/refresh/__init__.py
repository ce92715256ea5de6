"""Refreshing reports without anyone watching: fetch, read, doubt, publish, tell."""
