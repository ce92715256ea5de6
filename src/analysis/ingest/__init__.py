"""Readers of raw exports: received files become observations, ballots, documents and borders.

``pipeline.ingest`` reads a whole folder. ``dispatch.READERS`` lists the readers of figures. Each reader recognises its
files by their first rows. No reader fills in a figure that its file does not hold.
"""
