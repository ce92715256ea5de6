"""Everything in a folder of raw exports, read, held against each other and written as one table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import union_categoricals
from pydantic_core import to_jsonable_python

from .. import disclosure, observations, paths
from ..errors import DataError
from ..nationwide import folder
from . import admission, ballotbox, division, nationwide, package, policy, reconcile, votecard
from .harvest import Harvest
from .nationwide import Export
from .summary import Summary

_CODES = 8  # that are named of those without an indicator


def ingest(
    raw: Path,
    processed: Path,
    *,
    documents: Path | None = None,
    keep_going: bool = False,
    whole_country: bool = True,
) -> Summary:
    """Read a folder of raw exports and write the processed data.

    Parameters
    ----------
    raw : Path
        Exports as received; may hold a ``datapackage.json``.
    processed : Path
        Where observations, ballots and sources are written, and what is kept for the whole country. Stays untouched
        when anything is wrong; what the folder with exports says nothing about stays in any case.
    documents : Path, optional
        The folder whose ``beleid`` holds the council's documents; by default ``raw``.
    keep_going : bool
        Leave damaged files out, and say so wherever their figures are missed.
    whole_country : bool
        Keep large exports of wijken and buurten for exploring; a report has no use for them.

    Returns
    -------
    Summary

    Raises
    ------
    DataError
        When a file is wrong, two files disagree, or nothing can be read. In a folder with a register every file must
        be one we know; without one, other tables are skipped.
    """
    harvest = _harvest(raw, keep_going, whole_country)
    exported, root = bool(harvest.sources), documents or raw
    council = policy.documents(harvest, root)
    tells = exported or (root == raw and bool(council) and not harvest.large)  # of anything but the whole country
    if not tells and not harvest.large:
        raise _nothing(raw, harvest.skipped)
    votes = _votes(harvest)
    agreed = _agreeing(_observations(harvest.figures), harvest)
    harvest.sources = division.divided(agreed, harvest.sources)
    safe = disclosure.protect(agreed, harvest.sources)
    kept = _keep_large(harvest, processed)
    if tells:
        extras = _extras(harvest, council) | {observations.HIDDEN_LEVELS: [asdict(level) for level in safe.levels]}
        observations.write(processed, safe.observations, harvest.sources, votes, extras)
    return _summary(harvest, len(safe.observations), len(votes), kept)


def _harvest(raw: Path, keep_going: bool, whole_country: bool) -> Harvest:
    """What is in the files of a folder."""
    package.must_exist(raw)
    harvest = Harvest(raw, keep_going=keep_going)
    harvest.everything(_candidates(raw))
    if not whole_country:
        _skip_large(harvest)
    return harvest


def _summary(harvest: Harvest, rows: int, votes: int, kept: dict[str, str]) -> Summary:
    read = (source.path for source in harvest.sources if (harvest.raw / source.path).exists())
    return Summary(
        read=(*read, *kept),
        skipped=harvest.skipped,
        remarks=harvest.remarks,
        rows=rows,
        votes=votes,
        left_out=dict(harvest.left_out),
        unread=harvest.unread,
        nationwide=kept,
    )


def _votes(harvest: Harvest) -> pd.DataFrame:
    votes = harvest.attempt("stemmen", partial(ballotbox.together, harvest.votes))
    return ballotbox.together({}) if votes is None else votes


def _extras(harvest: Harvest, council: dict[str, Any]) -> dict[str, Any]:
    """What is no table."""
    return {
        observations.CARD: _card(harvest) if harvest.votes else None,
        observations.DOCUMENTS: council,
        observations.BORDERS: harvest.geometries or None,
        observations.UNREAD: harvest.unread,
        observations.REMARKS: _remarks(harvest),
        observations.UNFETCHED: to_jsonable_python(harvest.register.unfetched),
    }


def _remarks(harvest: Harvest) -> dict[str, list[str]]:
    """What a reader of the report must know of each file in the folder: that it was skipped, or read in part.

    An older edition is left out of this: a newer one takes its place, so nothing is missing.
    """
    older = {
        path for path, resource in harvest.register.resources.items() if harvest.register.replaced.get(resource.name)
    }
    skipped = {path: [f"niet gelezen: {reason}"] for path, reason in harvest.skipped.items() if path not in older}
    unasked = {path: [_unasked(codes)] for path, codes in harvest.unasked.items()}
    found = sorted({*skipped, *harvest.remarks, *unasked})
    return {path: [*skipped.get(path, ()), *harvest.remarks.get(path, ()), *unasked.get(path, ())] for path in found}


def _unasked(codes: list[str]) -> str:
    more = f" en nog {len(codes) - _CODES}" if len(codes) > _CODES else ""
    return f"niet gebruikt, want zonder indicator in indicators.yml: {', '.join(codes[:_CODES])}{more}."


def _keep_large(harvest: Harvest, processed: Path) -> dict[str, str]:
    """Large exports put where they can be asked from, and what came of each in Dutch; last, for it takes longest."""
    made = {
        name: harvest.attempt(name, partial(_kept, harvest, name, export, processed))
        for name, export in harvest.large.items()
    }
    return {name: told for name, told in made.items() if told}


def _kept(harvest: Harvest, name: str, export: Export, processed: Path) -> str:
    resource, table = harvest.register.resource(name), export.table
    source = package.describe(harvest.raw, resource, table=table.id, publisher=table.publisher, licence=table.licence)
    done = nationwide.write(export, source, processed)
    harvest.left_out.update(done.left_out)
    return f"{done.rows} cijfers per wijk en buurt uit {table.id}, in {paths.shown(folder(table, processed))}"


def _skip_large(harvest: Harvest) -> None:
    reason = "landelijke cijfers per wijk en buurt staan niet in een rapport; 'veiligheid ingest' bewaart ze"
    harvest.skipped.update(dict.fromkeys(harvest.large, reason))
    harvest.large.clear()


def _card(harvest: Harvest) -> dict[str, Any]:
    """The vote card with the name of its file."""
    source = harvest.register.resource(votecard.PATH).name
    return harvest.card.model_dump(mode="json") | {"source": source}


def _agreeing(frame: pd.DataFrame, harvest: Harvest) -> pd.DataFrame:
    """Figures of exports that do not contradict each other; whoever keeps going does without the older of two."""
    try:
        reconcile.editions(frame, {source.name: source for source in harvest.sources})
    except reconcile.Contradiction as found:
        if not harvest.keep_going:
            raise
        harvest.unread[found.older.path] = str(found)
        harvest.sources.remove(found.older)
        return _agreeing(frame[frame["source"] != found.older.name], harvest)
    return frame


def _candidates(raw: Path) -> Iterator[Path]:
    """The files that may be exports, in a fixed order."""
    for path in admission.walk(raw):
        if not _is_note(path) and path.relative_to(raw).parts[:1] not in ((policy.FOLDER,), (package.NAME,)):
            yield path


def _is_note(path: Path) -> bool:
    """Whether a file is words about the others; an export whose name begins with readme is an export."""
    return path.suffix.lower() == ".md" or (path.stem.casefold() == "readme" and path.suffix.lower() in ("", ".txt"))


def _nothing(raw: Path, skipped: dict[str, str]) -> DataError:
    reasons = "; ".join(f"{name}: {reason}" for name, reason in skipped.items())
    problem = f"in deze map staat geen enkel bruikbaar bestand{f' ({reasons})' if reasons else ''}."
    return DataError(paths.shown(raw), problem, "Zet er exports van de politie of het CBS in.")


def _observations(figures: list[pd.DataFrame]) -> pd.DataFrame:
    """All figures in the types of the schema."""
    if not figures:
        return observations.typed(pd.DataFrame(columns=observations.COLUMNS))
    texts = [name for name, kind in observations.TYPES.items() if kind == "category"]
    joined = {name: union_categoricals([frame[name].array for frame in figures]) for name in texts}
    others = pd.concat([frame.drop(columns=texts) for frame in figures], ignore_index=True)
    return others.assign(**joined)[observations.COLUMNS]
