"""The observations that were read, and everything that is asked from them."""
