"""What reading a folder of raw exports came to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import union_categoricals
from pydantic_core import to_jsonable_python

from .. import disclosure, paths
from ..definitions import catalogue, regions
from ..definitions.periods import Period
from ..errors import DataError
from ..store import observations
from ..store.neighbourhoods import folder
from ..store.raw_sources import Source
from . import ballots, bulk, council_documents, data_package, raw_files, territory
from .bulk import BulkExport
from .data_package import NAME
from .dispatch import Harvest


@dataclass(frozen=True)
class Summary:
    """What an ingest did.

    Parameters
    ----------
    read : tuple of str
        Files read, by path within the folder.
    skipped : dict of str to str
        Files left out, with the Dutch reason.
    remarks : dict of str to list of str
        What was left out of files that were read, and what is odd about them, in Dutch.
    rows, votes : int
        Observations and vote rows written.
    left_out : dict of str to int
        Figures without an indicator, by subject and code.
    unread : dict of str to str
        Damaged files that were left out, with what is wrong.
    nationwide : dict of str to str
        Large files that are kept for the whole country, with what came of them.
    """

    read: tuple[str, ...]
    skipped: dict[str, str]
    remarks: dict[str, list[str]]
    rows: int
    votes: int
    left_out: dict[str, int]
    unread: dict[str, str]
    nationwide: dict[str, str]


KEY = ["indicator", "region", "period", "frequency"]


class Contradiction(DataError):
    """Two exports of one table that cannot both be right; ``older`` is the one that was made first."""

    older: Source


def editions(frame: pd.DataFrame, sources: dict[str, Source]) -> None:
    """Check that exports of the same table agree.

    Parameters
    ----------
    frame : DataFrame
        Observations of all files.
    sources : dict of str to Source
        The files by name.

    Raises
    ------
    Contradiction
        When two files differ by more than ``thresholds.revision.max_relative`` on the same figure; the figure with
        the largest difference is named.
    """
    tables = frame["source"].map({name: source.table for name, source in sources.items()})
    known = frame[[*KEY, "source", "value"]].assign(table=tables)[frame["value"].notna()]
    shared = known[known.duplicated(["table", *KEY], keep=False)]
    if shared.empty:
        return
    values = shared.groupby(["table", *KEY], observed=True)["value"]
    lowest, highest = values.transform("min"), values.transform("max")
    difference = ((highest - lowest) / highest.where(highest > 0)).fillna(0)
    if difference.max() > catalogue.thresholds().revision.max_relative:
        worst = shared.loc[difference.idxmax()]
        same = shared[(shared[["table", *KEY]] == worst[["table", *KEY]]).all(axis=1)].sort_values("value")
        raise _disagreement(same.iloc[0], same.iloc[-1], sources)


def _disagreement(one: pd.Series, other: pd.Series, sources: dict[str, Source]) -> Contradiction:
    what = catalogue.indicator(one["indicator"])
    where, when = regions.name(one["region"]), Period(one["period"].date(), one["frequency"]).label
    about = f"{what.label} in {where}, {when}"
    files = (sources[one["source"]], sources[other["source"]])
    open_ = what.sensitive == "no" and all(file.public for file in files)
    # This message may be mailed or kept in a log, so it holds no count that a page would hide.
    shown = [f"{row['value']:.0f} in " if open_ else "" for row in (one, other)]
    first, second = (f"{number}{_named(file)}" for number, file in zip(shown, files, strict=True))
    newest = max((sources[one["source"]], sources[other["source"]]), key=lambda source: source.vintage or "")
    oldest = sources[other["source"]] if newest.name == one["source"] else sources[one["source"]]
    found = Contradiction(
        newest.path,
        f"twee exports van {newest.table} spreken elkaar tegen over {about}: {first} en {second}.",
        f'Haal een van beide weg, of zet in {NAME} bij \'{newest.name}\': "replaces": "{oldest.name}".',
    )
    found.older = oldest
    return found


def _named(source: Source) -> str:
    return f"{source.path} (export van {source.vintage or 'onbekende datum'})"


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
    council = council_documents.documents(harvest, root)
    tells = exported or (root == raw and bool(council) and not harvest.large)  # of anything but the whole country
    if not tells and not harvest.large:
        raise _nothing(raw, harvest.skipped)
    votes = _votes(harvest)
    agreed = _agreeing(_observations(harvest.figures), harvest)
    harvest.sources = territory.divided(agreed, harvest.sources)
    safe = disclosure.protect(agreed, harvest.sources)
    kept = _keep_large(harvest, processed)
    if tells:
        extras = _extras(harvest, council) | {observations.HIDDEN_LEVELS: [asdict(level) for level in safe.levels]}
        observations.write(processed, safe.observations, harvest.sources, votes, extras)
    return _summary(harvest, len(safe.observations), len(votes), kept)


def _harvest(raw: Path, keep_going: bool, whole_country: bool) -> Harvest:
    """What is in the files of a folder."""
    data_package.must_exist(raw)
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
    votes = harvest.attempt("stemmen", partial(ballots.together, harvest.votes))
    return ballots.together({}) if votes is None else votes


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


def _kept(harvest: Harvest, name: str, export: BulkExport, processed: Path) -> str:
    resource, table = harvest.register.resource(name), export.table
    source = data_package.describe(
        harvest.raw, resource, table=table.id, publisher=table.publisher, licence=table.licence
    )
    done = bulk.write(export, source, processed)
    harvest.left_out.update(done.left_out)
    return f"{done.rows} cijfers per wijk en buurt uit {table.id}, in {paths.shown(folder(table, processed))}"


def _skip_large(harvest: Harvest) -> None:
    reason = "landelijke cijfers per wijk en buurt staan niet in een rapport; 'veiligheid ingest' bewaart ze"
    harvest.skipped.update(dict.fromkeys(harvest.large, reason))
    harvest.large.clear()


def _card(harvest: Harvest) -> dict[str, Any]:
    """The vote card with the name of its file."""
    source = harvest.register.resource(ballots.VOTE_CARD).name
    return harvest.card.model_dump(mode="json") | {"source": source}


def _agreeing(frame: pd.DataFrame, harvest: Harvest) -> pd.DataFrame:
    """Figures of exports that do not contradict each other; whoever keeps going does without the older of two."""
    try:
        editions(frame, {source.name: source for source in harvest.sources})
    except Contradiction as found:
        if not harvest.keep_going:
            raise
        harvest.unread[found.older.path] = str(found)
        harvest.sources.remove(found.older)
        return _agreeing(frame[frame["source"] != found.older.name], harvest)
    return frame


def _candidates(raw: Path) -> Iterator[Path]:
    """The files that may be exports, in a fixed order."""
    for path in raw_files.walk(raw):
        if not _is_note(path) and path.relative_to(raw).parts[:1] not in (
            (council_documents.FOLDER,),
            (data_package.NAME,),
        ):
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
