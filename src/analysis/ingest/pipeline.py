"""Ingest of a whole folder: raw exports become the processed data.

`ingest` reads every file, refuses exports that contradict each other, suppresses small counts and writes the result.
"""

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
from ..disclosure import Protected
from ..errors import DataError
from ..store import observations
from ..store.neighbourhoods import folder
from ..store.raw_sources import Source
from . import Summary, ballots, bulk, council_documents, data_package, raw_files, territory
from .bulk import BulkExport
from .data_package import NAME
from .dispatch import Harvest
from .text_columns import examples

KEY = ["indicator", "region", "period", "frequency"]
_SHOWN_CODES = 8  # codes without an indicator that a remark names


class Contradiction(DataError):
    """Two exports of one table that cannot both be right.

    Attributes
    ----------
    older : Source
        The export that was made first.
    """

    older: Source


@dataclass(frozen=True)
class Secrecy:
    """What suppression needs and nobody else may see.

    Parameters
    ----------
    seed : bytes
        See `disclosure.protect`.
    before : Path, optional
        Parquet file with what earlier editions released; it need not exist.
    after : Path, optional
        Where the same is written together with what these observations release.
    """

    seed: bytes = b""
    before: Path | None = None
    after: Path | None = None

    def released(self) -> pd.DataFrame | None:
        """Return what earlier editions released, ``None`` before the first.

        Raises
        ------
        DataError
            When the file cannot be read: without it, an old and a new edition together could give a count away.
        """
        if self.before is None or not self.before.exists():
            return None
        try:
            return pd.read_parquet(self.before)
        except (OSError, ValueError) as error:
            problem = "dit bestand zegt welke aantallen al gepubliceerd zijn, en is beschadigd."
            remedy = (
                "Zet een kopie terug. Kan dat niet, haal het dan weg, en ook de eerdere edities van de rapporten: een "
                "oude en een nieuwe editie kunnen samen een verborgen aantal verraden."
            )
            raise DataError(paths.display_path(self.before), problem, remedy) from error


def ingest(
    raw: Path,
    processed: Path,
    *,
    documents: Path | None = None,
    keep_going: bool = False,
    whole_country: bool = True,
    secrecy: Secrecy | None = None,
) -> Summary:
    """Read a folder of raw exports and write the processed data.

    Parameters
    ----------
    raw : Path
        Exports as received; may hold a ``datapackage.json``.
    processed : Path
        Where observations, ballots, sources and figures of the whole country are written. Nothing changes here when
        an error is raised. Tables that the raw folder does not hold are never removed.
    documents : Path, optional
        The folder whose ``beleid`` holds the council's documents; by default ``raw``.
    keep_going : bool
        Leave damaged files out, and record them so that the report can say which figures are missing.
    whole_country : bool
        Store large exports of wijken and buurten for exploring. A report does not use them.
    secrecy : Secrecy, optional
        The secret of this machine and what was published before. Without it, figures are suppressed by a method that
        holds no secret, which is only good enough for data that are not published.

    Returns
    -------
    Summary
        What was read, skipped and written.

    Raises
    ------
    DataError
        When a file is wrong, two files contradict each other, or nothing can be read. In a folder with a register,
        every file must be one that a reader recognises; without a register, other files are skipped.
    """
    harvest = _harvest(raw, keep_going, whole_country)
    exported, root = bool(harvest.sources), documents or raw
    council = council_documents.read_documents(harvest, root)
    # Large exports are stored apart; documents beside nothing but those are no reason to replace the observations.
    has_observations = exported or (root == raw and bool(council) and not harvest.large)
    if not has_observations and not harvest.large:
        raise _nothing_usable(raw, harvest.skipped)
    votes = _votes(harvest)
    secrecy = secrecy or Secrecy()
    protected = _protect(harvest, secrecy)
    kept_large = _write_large(harvest, processed)
    if has_observations:
        extras = _extras(harvest, council, protected)
        observations.write(processed, protected.observations, harvest.sources, votes, extras)
        if secrecy.after:
            protected.released.to_parquet(secrecy.after, index=False)
    return _summary(harvest, len(protected.observations), len(votes), kept_large)


def _harvest(raw: Path, keep_going: bool, whole_country: bool) -> Harvest:
    """Read every file in a folder."""
    data_package.must_exist(raw)
    harvest = Harvest(raw, keep_going=keep_going)
    harvest.read_all(_candidates(raw))
    if not whole_country:
        _skip_large(harvest)
    return harvest


def _summary(harvest: Harvest, rows: int, votes: int, nationwide: dict[str, str]) -> Summary:
    read = (source.path for source in harvest.sources if (harvest.raw / source.path).exists())
    return Summary(
        read=(*read, *nationwide),
        skipped=harvest.skipped,
        remarks=harvest.remarks,
        rows=rows,
        votes=votes,
        left_out=dict(harvest.left_out),
        unread=_texts(harvest.unread),
        nationwide=nationwide,
    )


def _texts(unread: dict[str, DataError]) -> dict[str, str]:
    return {name: str(error) for name, error in unread.items()}


def _votes(harvest: Harvest) -> pd.DataFrame:
    votes = harvest.attempt("stemmen", partial(ballots.combine, harvest.votes))
    return ballots.combine({}) if votes is None else votes


def _protect(harvest: Harvest, secrecy: Secrecy) -> Protected:
    """Return the figures that the exports agree on, with small counts suppressed; the sources get their borders."""
    agreed = _drop_contradicted(_observations(harvest.figures), harvest)
    harvest.sources = territory.with_borders(agreed, harvest.sources)
    return disclosure.protect(agreed, harvest.sources, seed=secrecy.seed, released=secrecy.released())


def _extras(harvest: Harvest, council: dict[str, Any], protected: Protected) -> dict[str, Any]:
    """Return the processed data that is not a table, by name."""
    return {
        observations.CARD: _card_content(harvest) if harvest.votes else None,
        observations.DOCUMENTS: council,
        observations.BORDERS: harvest.geometries or None,
        observations.UNREAD: _texts(harvest.unread),
        observations.REMARKS: _remarks(harvest),
        observations.UNFETCHED: to_jsonable_python(harvest.register.unfetched),
        observations.HIDDEN_LEVELS: [asdict(level) for level in protected.levels],
    }


def _remarks(harvest: Harvest) -> dict[str, list[str]]:
    """Return remarks for readers of the report, by path: files that were skipped or read only in part.

    A file that a newer export replaces gets no remark, because none of its figures are missing.
    """
    older = {
        path for path, resource in harvest.register.resources.items() if harvest.register.replaced.get(resource.name)
    }
    skipped = {path: [f"niet gelezen: {reason}"] for path, reason in harvest.skipped.items() if path not in older}
    unused = {path: [_unused_codes_text(codes)] for path, codes in harvest.unused_codes.items()}
    paths = sorted({*skipped, *harvest.remarks, *unused})
    return {path: [*skipped.get(path, ()), *harvest.remarks.get(path, ()), *unused.get(path, ())] for path in paths}


def _unused_codes_text(codes: list[str]) -> str:
    return f"niet gebruikt, want zonder indicator in indicators.yml: {examples(codes, _SHOWN_CODES)}."


def _write_large(harvest: Harvest, processed: Path) -> dict[str, str]:
    """Store the large exports and return a Dutch sentence about each.

    This comes last because it takes longest: any error in another file is raised before it.
    """
    messages = {
        name: harvest.attempt(name, partial(_write_large_export, harvest, name, export, processed))
        for name, export in harvest.large.items()
    }
    return {name: message for name, message in messages.items() if message}


def _write_large_export(harvest: Harvest, name: str, export: BulkExport, processed: Path) -> str:
    resource, table = harvest.register.resource(name), export.table
    source = data_package.describe(
        harvest.raw, resource, table=table.id, publisher=table.publisher, licence=table.licence
    )
    translation = bulk.write_export(export, source, processed)
    harvest.left_out.update(translation.left_out)
    stored = paths.display_path(folder(table, processed))
    return f"{translation.rows} cijfers per wijk en buurt uit {table.id}, in {stored}"


def _skip_large(harvest: Harvest) -> None:
    reason = "landelijke cijfers per wijk en buurt staan niet in een rapport; 'veiligheid ingest' bewaart ze"
    harvest.skipped.update(dict.fromkeys(harvest.large, reason))
    harvest.large.clear()


def _card_content(harvest: Harvest) -> dict[str, Any]:
    """Return the content of the vote card with the name of its file."""
    source = harvest.register.resource(ballots.VOTE_CARD).name
    return harvest.card.model_dump(mode="json") | {"source": source}


def _drop_contradicted(frame: pd.DataFrame, harvest: Harvest) -> pd.DataFrame:
    """Return the figures without those of contradicted exports; only with ``keep_going`` is the older one dropped."""
    try:
        check_exports_agree(frame, {source.name: source for source in harvest.sources})
    except Contradiction as contradiction:
        if not harvest.keep_going:
            raise
        harvest.unread[contradiction.older.path] = contradiction
        harvest.sources.remove(contradiction.older)
        return _drop_contradicted(frame[frame["source"] != contradiction.older.name], harvest)
    return frame


def _candidates(raw: Path) -> Iterator[Path]:
    """Return the files that may be exports, in a fixed order."""
    for path in raw_files.walk(raw):
        if not _is_note(path) and path.relative_to(raw).parts[:1] not in (
            (council_documents.FOLDER,),
            (data_package.NAME,),
        ):
            yield path


def _is_note(path: Path) -> bool:
    """Whether a file is a note about the others; an export whose name only begins with readme is not."""
    return path.suffix.lower() == ".md" or (path.stem.casefold() == "readme" and path.suffix.lower() in ("", ".txt"))


def _nothing_usable(raw: Path, skipped: dict[str, str]) -> DataError:
    reasons = "; ".join(f"{name}: {reason}" for name, reason in skipped.items())
    problem = f"in deze map staat geen enkel bruikbaar bestand{f' ({reasons})' if reasons else ''}."
    return DataError(paths.display_path(raw), problem, "Zet er exports van de politie of het CBS in.")


def _observations(figures: list[pd.DataFrame]) -> pd.DataFrame:
    """Return all figures in one table, in the types of the schema."""
    if not figures:
        return observations.typed(pd.DataFrame(columns=observations.COLUMNS))
    texts = [name for name, kind in observations.TYPES.items() if kind == "category"]
    joined = {name: union_categoricals([frame[name].array for frame in figures]) for name in texts}
    columns = pd.concat([frame.drop(columns=texts) for frame in figures], ignore_index=True)
    return columns.assign(**joined)[observations.COLUMNS]


def check_exports_agree(frame: pd.DataFrame, sources: dict[str, Source]) -> None:
    """Check that exports of the same table give the same figures.

    Parameters
    ----------
    frame : DataFrame
        Observations of all files: ``indicator``, ``region``, ``period``, ``frequency``, ``value`` and ``source``.
    sources : dict of str to Source
        The files by name, as in column ``source``.

    Raises
    ------
    Contradiction
        When two files differ by more than ``thresholds.revision.max_relative`` (a fraction of the higher value) on
        the same figure. The message names the figure with the largest difference.
    """
    tables = frame["source"].map({name: source.table for name, source in sources.items()})
    figures = frame[[*KEY, "source", "value"]].assign(table=tables)[frame["value"].notna()]
    shared = figures[figures.duplicated(["table", *KEY], keep=False)]
    if shared.empty:
        return
    values = shared.groupby(["table", *KEY], observed=True)["value"]
    lowest, highest = values.transform("min"), values.transform("max")
    difference = ((highest - lowest) / highest.where(highest > 0)).fillna(0)
    if difference.max() > catalogue.thresholds().revision.max_relative:
        worst = shared.loc[difference.idxmax()]
        same = shared[(shared[["table", *KEY]] == worst[["table", *KEY]]).all(axis=1)].sort_values("value")
        raise _contradiction(same.iloc[0], same.iloc[-1], sources)


def _contradiction(lowest: pd.Series, highest: pd.Series, sources: dict[str, Source]) -> Contradiction:
    indicator = catalogue.indicator(lowest["indicator"])
    region, period = regions.name(lowest["region"]), Period(lowest["period"].date(), lowest["frequency"]).label
    subject = f"{indicator.label} in {region}, {period}"
    files = (sources[lowest["source"]], sources[highest["source"]])
    public = indicator.sensitive == "no" and all(file.public for file in files)
    # This message may be mailed or kept in a log, so it holds no count that a page would hide.
    values = [f"{row['value']:.0f} in " if public else "" for row in (lowest, highest)]
    first, second = (f"{number}{_export_text(file)}" for number, file in zip(values, files, strict=True))
    newest = max((sources[lowest["source"]], sources[highest["source"]]), key=lambda source: source.vintage or "")
    oldest = sources[highest["source"]] if newest.name == lowest["source"] else sources[lowest["source"]]
    error = Contradiction(
        newest.path,
        f"twee exports van {newest.table} spreken elkaar tegen over {subject}: {first} en {second}.",
        f'Haal een van beide weg, of zet in {NAME} bij \'{newest.name}\': "replaces": "{oldest.name}".',
    )
    error.older = oldest
    return error


def _export_text(source: Source) -> str:
    return f"{source.path} (export van {source.vintage or 'onbekende datum'})"
