"""From executed notebooks to the pages and records that the council receives."""
