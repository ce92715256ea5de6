"""The processed data: observations, series, the municipality panel, votes, and the files they come from."""
