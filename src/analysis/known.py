"""Every definition, read when this is imported: kernels forked from a process that did so need not read them again."""

from . import catalogue, regions

for read in (
    catalogue.indicators,
    catalogue.indicator_of,
    catalogue.tables,
    catalogue.breaks,
    catalogue.thresholds,
    regions.regions,
):
    read()
