"""The notice on each page of an earlier edition that there is a newer one.

It is one line that `as_made` takes away again. A page with it keeps the checksum of the page as it was made, and so the
manifest, and the checksum of the manifest itself, stay those of the report that the council received.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

_NOTICE = (
    '<p class="banner">Dit is een eerdere editie van dit rapport. '
    '<a href="../../../{window}/index.html">Lees de nieuwste editie</a> of kies uit '
    '<a href="../../../index.html">alle edities</a>.</p>\n'
)
_WRITTEN = re.compile(re.escape(_NOTICE).replace(r"\{window\}", r"\d{4}-\d{4}").encode())
_HEADER = re.compile(rb"<header\b[^>]*>\n?")


def mark(edition: Path, window: str) -> None:
    """Say on each page of an earlier edition that there is a newer one; pages that say so stay as they are.

    Parameters
    ----------
    edition : Path
        In ``edities/<window>``.
    window : str
        The folder of the newest edition.
    """
    notice = _NOTICE.format(window=window).encode()
    _rewrite(edition, lambda page: _HEADER.sub(lambda header: header[0] + notice, as_made(page), count=1))


def unmark(edition: Path) -> None:
    """Take the notice from each page of an edition that becomes the newest again.

    Parameters
    ----------
    edition : Path
    """
    _rewrite(edition, as_made)


def is_marked(edition: Path) -> bool:
    """Return whether the first page of an edition says that there is a newer one.

    Parameters
    ----------
    edition : Path

    Returns
    -------
    bool
    """
    page = edition / "index.html"
    return page.is_file() and _WRITTEN.search(page.read_bytes()) is not None


def as_made(page: bytes) -> bytes:
    """Return a page as it was made, without the notice.

    Parameters
    ----------
    page : bytes
        The HTML.

    Returns
    -------
    bytes
        Other changes to the page stay, also to the notice itself.
    """
    return _WRITTEN.sub(b"", page, count=1)


def _rewrite(edition: Path, change: Callable[[bytes], bytes]) -> None:
    """Change each page in one step, by way of a file beside the edition: one that is killed leaves a whole edition."""
    unfinished = edition.with_name(f".{edition.name}.nieuw")
    for path in sorted(edition.glob("*.html")):
        page = path.read_bytes()
        if (changed := change(page)) != page:
            unfinished.write_bytes(changed)
            unfinished.replace(path)
