"""The readers: raw exports as received become observations and ballots, and nothing is filled in on the way.

``ingest`` walks a folder. Each reader (``statline``, ``delivery``, ``ballots``) says whether a file is its own by
looking at the first rows, and reads it.
"""
