"""What figures mean: indicators, tables, thresholds, periods and regions, read from the YAML files beside this one."""
