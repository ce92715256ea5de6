"""Synthetic sample exports, written as the publishers write theirs; independent of the analysis package."""
