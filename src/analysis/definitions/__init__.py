"""Definitions of indicators, tables, thresholds, periods and regions, read from the YAML files in this package."""
