"""Synthetic sample exports: this package plays the publishers and knows nothing of the analysis."""
