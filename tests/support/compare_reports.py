"""Compare two folders of reports: every number in ``results.json``, and the text of every page.

A change that only moves or renames code must leave both the same; fingerprints of code, dates and times may differ.
What tells of editions is left out: the page of changes, the sentence that refers to it, those editions, and the page
of a municipality that leads to them.
Only text is compared: how a chart is drawn is not.

Run as ``python tests/support/compare_reports.py BEFORE AFTER``. It exits with 1 when something differs.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import lxml.html

from analysis.report.changes_page import FIRST
from analysis.report.edition import OVERVIEW
from analysis.report.formats import SINGLE_PAGE
from analysis.report.pages import CHANGES

SHOWN = 20  # lines of a difference
EARLIER = "edities"  # folder
OF_EDITIONS = re.compile(r"(Veranderd sinds|Sinds|De cijfers en de oordelen zijn dezelfde als in) de editie van ")


def differences(before: Path, after: Path) -> Iterator[str]:
    """Yield the differences between two folders of reports, as lines of text."""
    names = [{path.relative_to(folder) for path in _compared(folder)} for folder in (before, after)]
    yield from (f"only in {before}: {name}" for name in sorted(names[0] - names[1]))
    yield from (f"only in {after}: {name}" for name in sorted(names[1] - names[0]))
    for name in sorted(names[0] & names[1]):
        old, new = ([*_content(folder / name)] for folder in (before, after))
        changed = list(difflib.unified_diff(old, new, str(before / name), str(after / name), lineterm="", n=0))
        yield from changed[:SHOWN]
        if len(changed) > SHOWN:
            yield f"and {len(changed) - SHOWN} more lines in {name}"


def _compared(folder: Path) -> Iterator[Path]:
    """Yield every list of numbers, page and table; not what repeats them, such as the whole report in one page."""
    files = (path for path in folder.rglob("*") if path.name == "results.json" or path.suffix in {".html", ".csv"})
    left_out = {CHANGES, SINGLE_PAGE}
    return (
        path
        for path in files
        if path.name not in left_out and EARLIER not in path.relative_to(folder).parts and not is_municipality(path)
    )


def is_municipality(path: Path) -> bool:
    """Return whether this is the page with the editions of a municipality."""
    return path.name == OVERVIEW and path.parent.name.startswith("GM")


def _content(path: Path) -> Iterator[str]:
    """Yield the content of a file as lines, without markup and scripts."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".json":
        yield from json.dumps(json.loads(text), ensure_ascii=False, indent=1, sort_keys=True).splitlines()
    elif path.suffix == ".csv":
        yield from text.splitlines()
    else:
        tree = lxml.html.fromstring(text)
        for element in tree.xpath("//style | //script"):
            element.drop_tree()
        lines = (line.strip() for line in tree.xpath("//body")[0].itertext())
        yield from (line for line in lines if line and line != FIRST and not OF_EDITIONS.match(line))
        yield from tree.xpath("//@alt | //@aria-label | //@href | //@title")


def main() -> int:
    """Print the differences; return 1 when there are any."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("before", type=Path)
    arguments.add_argument("after", type=Path)
    folders = arguments.parse_args()
    lines = list(differences(folders.before, folders.after))
    print("\n".join(lines) or "The reports are the same.")
    return bool(lines)


if __name__ == "__main__":
    sys.exit(main())
