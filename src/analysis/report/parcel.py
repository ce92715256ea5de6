"""Everything a council member needs in one zip file: the report as page and as PDF, its tables and its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from .sheets import FOLDER

NAME = "raadspakket.zip"
README = "LEESMIJ.txt"
_MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold: the same files always give the same zip
_WORDS = {
    ".html": "het hele rapport in één bestand; open het in een browser, internet is niet nodig",
    ".pdf": "hetzelfde rapport om te printen, met koppen en alternatieve teksten voor schermlezers",
    ".json": "alle getallen van het rapport, voor een programma",
    ".csv": "de tabellen van het rapport, voor een spreadsheet",
}


def pack(folder: Path, title: str, names: Iterable[str]) -> None:
    """Put files of a report in its zip file, with a note that says what they are.

    Parameters
    ----------
    folder : Path
        The report.
    title : str
        What it is called, the first line of the note.
    names : iterable of str
        Paths in the report; those that are not there are left out.
    """
    there = sorted(name for name in names if (folder / name).is_file())
    with ZipFile(folder / NAME, "w") as parcel:
        _add(parcel, README, readme(title, there).encode("utf-8-sig"))
        for name in there:
            _add(parcel, name, (folder / name).read_bytes())


def readme(title: str, names: Iterable[str]) -> str:
    """What is in the parcel, in Dutch; the tables together in one line."""
    shown = dict.fromkeys(f"{FOLDER}/" if name.startswith(f"{FOLDER}/") else name for name in names)
    kinds = {name: ".csv" if name.endswith("/") else Path(name).suffix for name in shown}
    lines = [f"{name}: {_WORDS[kind]}." for name, kind in kinds.items()]
    return "\r\n".join([title, "", *lines, ""])


def _add(parcel: ZipFile, name: str, content: bytes) -> None:
    entry = ZipInfo(name, _MOMENT)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    parcel.writestr(entry, content)
