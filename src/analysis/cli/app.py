"""The command ``veiligheid``: one thin function for each verb.

Nothing heavy is imported at the top, so that ``veiligheid --help`` answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .. import errors, paths
from ..refresh.schedule_job import Every, Kind
from ..report.forms import Forms
from . import dutch_typer
from .dutch_typer import Command

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager


app = typer.Typer(
    cls=dutch_typer.DutchGroup,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # importing rich takes as long as all other imports together
    help="Maak een veiligheidsanalyse van ruwe exports.",
)

documents = typer.Typer(cls=dutch_typer.DutchGroup, rich_markup_mode=None, help="Werk met de stukken van de raad.")
app.add_typer(documents, name="documents")

INCOMPLETE = 1  # exit code: a damaged file was left out
UNFINISHED = 1  # exit code: something in the council's documents is missing, wrong, double or unlinked
DIFFERENT = 1  # exit code: a report or its raw files have changed since it was made
_JOBS = (os.cpu_count() or 1) + 1  # a chapter also waits for its kernel to start and to end
Raw = Annotated[Path, typer.Option(help="Map met ruwe exports.", show_default="data/raw")]
Processed = Annotated[Path, typer.Option(help="Map voor de verwerkte gegevens.", show_default="data/processed")]
KeepGoing = Annotated[
    bool, typer.Option("--keep-going", help="Laat beschadigde bestanden weg en maak de rest; de uitkomst zegt wat.")
]
FromYear = Annotated[int, typer.Option(help="Eerste jaar van de vergelijking.")]
ToYear = Annotated[int, typer.Option(help="Laatste jaar van de vergelijking.")]
Out = Annotated[Path, typer.Option(help="Map voor de rapporten.", show_default="reports")]
SETTINGS = Path("verversen.yml")
Settings = Annotated[Path, typer.Option(help="Bestand met de instellingen van het verversen.")]
Municipality = Annotated[list[str], typer.Option(help="CBS-code of naam van de gemeente; meermaals mag.")]


@app.command(cls=Command)
def ingest(
    raw: Raw = paths.RAW,
    processed: Processed = paths.PROCESSED,
    keep_going: KeepGoing = False,
) -> None:
    """Lees de ruwe exports en schrijf de verwerkte gegevens."""
    if _ingest(raw, processed, keep_going):
        raise typer.Exit(INCOMPLETE)


@app.command(cls=Command)
def register(raw: Raw = paths.RAW) -> None:
    """Werk datapackage.json bij voor bestanden die u met opzet hebt veranderd."""
    from ..ingest import data_package

    changed = data_package.update(raw)
    for path in changed:
        dutch_typer.say(f"  Bijgewerkt: {path} (grootte en controlegetal)")
    kept = "Kijk zelf of 'vintage' (de dag van de export) en 'synthetic' (nagemaakt) nog kloppen."
    none = "elk bestand is nog zoals het daar staat. Er is niets veranderd."
    dutch_typer.say(f"{paths.display_path(raw / data_package.NAME)}: {kept if changed else none}")


@app.command(cls=Command)
def report(
    context: typer.Context,
    municipality: Municipality = ["GM1969"],  # noqa: B006 (typer copies it)
    everyone: Annotated[bool, typer.Option("--all", help="Maak het rapport van elke gemeente van nu.")] = False,
    from_year: FromYear = 2019,
    to_year: ToYear = 2022,
    raw: Raw = paths.RAW,
    out: Out = paths.REPORTS,
    forms: Annotated[
        Forms, typer.Option(help="Welke vormen: met 'alles' ook het hele rapport als PDF, als bijlage.")
    ] = Forms.COUNCIL,
    jobs: Annotated[int, typer.Option(min=1, help="Hoeveel hoofdstukken tegelijk.")] = _JOBS,
    keep_going: KeepGoing = False,
    log: Annotated[Path | None, typer.Option(help="Bestand voor een regel JSON per stap.", show_default=False)] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Adres van een Dask-cluster om hoofdstukken op te draaien.", show_default=False)
    ] = None,
) -> None:
    """Maak het rapport van een of meer gemeenten; wat actueel is, blijft zoals het is."""
    from ..build import chapters, exports, reports, workspace
    from ..build.chapters import Parameters
    from ..build.workspace import locked
    from ..definitions import regions
    from . import output
    from .output import show_progress

    given = context.get_parameter_source("municipality")
    if everyone and given is not None and given.name == "COMMANDLINE":
        raise typer.BadParameter("kies --all of --municipality, niet allebei.")
    codes = regions.current_municipalities() if everyone else municipality
    parameters = list(dict.fromkeys(Parameters(code, from_year, to_year) for code in codes))
    workspace.require_outside(raw, out, "--out")
    out.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=out).close()  # fail before the work when the folder cannot be written
    context.with_resource(locked(out, partial(dutch_typer.say, err=True)))
    # A report is made from the exports only; the analyst's own data/processed is neither read nor changed.
    documents = workspace.documents(raw)
    with _pool(jobs, cluster) as pool:
        prepare = chapters.prestart_kernel if cluster is None else None
        processed, summary, fresh = exports.read(raw, documents, workspace.exports(out), keep_going, prepare)
        output.print_ingest(summary, raw, documents, "gelezen uit" if fresh else "ongewijzigd in")
        with show_progress(len(parameters) * len(chapters.chapters()), log) as progress:
            results = reports.make_reports(parameters, processed, out, pool, progress, keep_going, forms=forms)
    failed = output.print_reports(parameters, results)
    if summary.unread or failed:
        raise typer.Exit(INCOMPLETE)


def _pool(jobs: int, cluster: str | None) -> AbstractContextManager[Executor]:
    """Return the pool that runs chapters: threads, or a cluster, which is contacted before any work starts."""
    from concurrent.futures import ThreadPoolExecutor

    if cluster is None:
        return ThreadPoolExecutor(jobs)
    from ..build.cluster import pool

    return pool(cluster)


@app.command(cls=Command)
def fetch(
    municipality: Annotated[
        list[str],
        typer.Option(help="CBS-code of naam van de gemeente; die van eerder blijven.", show_default="GM1969"),
    ] = [],  # noqa: B006 (typer copies it)
    raw: Raw = paths.RAW,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Zeg alleen wat er gevraagd zou worden.")] = False,
    base_url: Annotated[
        list[str], typer.Option(help="Ander adres voor een uitgever, als naam=adres; meermaals mag.")
    ] = [],  # noqa: B006 (typer copies it)
) -> None:
    """Haal op wat de uitgevers nu hebben; wat niet veranderd is, wordt niet opgehaald."""
    from ..build.chapters import Parameters
    from ..fetch import download
    from ..fetch.http import HttpClient
    from ..ingest import data_package
    from . import fetch_output

    codes = [Parameters(code).municipality for code in municipality]
    if not codes and not data_package.read(raw).municipalities:
        codes = [Parameters().municipality]
    with HttpClient(fetch_output.parse_bases(base_url)) as client:
        with fetch_output.show_progress() as progress:
            fetched = download.fetch(raw, codes, client, progress, dry=dry_run)
        for line in fetch_output.requests(fetched, client) if dry_run else fetch_output.fetched_sources(fetched):
            dutch_typer.say(line)
        for line in fetch_output.failures(fetched):
            dutch_typer.say(line, err=True)
    if fetched.failed:
        raise typer.Exit(errors.PARTLY)


@app.command(cls=Command)
def status(
    municipality: Municipality = ["GM1969"],  # noqa: B006 (typer copies it)
    from_year: FromYear = 2019,
    to_year: ToYear = 2022,
    raw: Raw = paths.RAW,
    out: Out = paths.REPORTS,
) -> None:
    """Zeg wat verouderd is, en waardoor."""
    from ..build import exports, workspace
    from ..build import status as build_status
    from ..build.chapters import Parameters
    from ..ingest import data_package
    from . import fetch_output

    data_package.must_exist(raw)
    parameters = [Parameters(code, from_year, to_year) for code in municipality]
    if (raw / ".fetch").is_dir():
        for line in fetch_output.status(raw, date.today()):
            dutch_typer.say(line)
    changes = exports.changes(raw, workspace.documents(raw), workspace.exports(out))
    for line in build_status.describe_exports(changes):
        dutch_typer.say(line)
    for report_parameters in parameters:
        for line in build_status.describe_report(report_parameters, out, changes):
            dutch_typer.say(line)
    dutch_typer.say(build_status.describe_overview(out))


@app.command(cls=Command)
def verify(
    folder: Annotated[Path, typer.Argument(metavar="MAP", help="Map van een rapport.", show_default=False)],
    raw: Annotated[
        Path | None, typer.Option(help="Map met ruwe exports: zijn die nog dezelfde?", show_default=False)
    ] = None,
) -> None:
    """Zeg of een rapport nog heel is, en van welke bestanden het gemaakt is."""
    from ..build import workspace
    from ..report import edition

    verification = edition.verify(folder, raw, workspace.documents(raw) if raw else None)
    dutch_typer.say(edition.sentence(verification))
    if not verification.passed:
        raise typer.Exit(DIFFERENT)


@app.command(cls=Command)
def diff(
    old: Annotated[Path, typer.Argument(metavar="OUD", help="Map van het oude rapport.", show_default=False)],
    new: Annotated[Path, typer.Argument(metavar="NIEUW", help="Map van het nieuwe rapport.", show_default=False)],
) -> None:
    """Zeg wat er veranderd is tussen twee rapporten over een gemeente."""
    from ..report import changes_page
    from ..report.edition import read_edition
    from ..report.edition_changes import compare

    dutch_typer.say(changes_page.changes_text(compare(read_edition(old), read_edition(new))))


@app.command(cls=Command)
def refresh(
    settings: Settings = SETTINGS,
    accept: Annotated[
        bool, typer.Option("--accept", help="Publiceer ook cijfers die veel veranderden: u hebt ze bekeken.")
    ] = False,
) -> None:
    """Haal nieuwe cijfers op en publiceer wat daardoor verandert, zonder dat er iemand bij is."""
    from ..refresh import unattended
    from ..refresh.settings import read

    outcome, problems = unattended.refresh(read(settings), settings.resolve().parent, _JOBS, accept)
    if outcome.code != errors.INTERRUPTED:  # `main` prints that for every command
        dutch_typer.say(outcome.text, nl=False, err=bool(outcome.code))
    for problem in problems:
        dutch_typer.say(f"Melden mislukt: {problem}", err=True)
    if code := outcome.code or (problems and errors.UNTOLD):
        raise typer.Exit(code)


@app.command(cls=Command)
def schedule(
    every: Annotated[Every, typer.Option(help="Hoe vaak.")] = Every.MONTHLY,
    at: Annotated[
        str | None, typer.Option(help="Wanneer: '16 06:00', 'ma 06:00' of '06:00'.", show_default=False)
    ] = None,
    kind: Annotated[
        Kind | None, typer.Option(help="Waarin; anders wat er op deze computer is.", show_default=False)
    ] = None,
    install: Annotated[bool, typer.Option("--install", help="Zet de opdracht klaar.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Haal de opdracht weg.")] = False,
    settings: Settings = SETTINGS,
) -> None:
    """Laat 'veiligheid refresh' op vaste tijden draaien: toon hoe, of zet dat klaar."""
    from ..refresh import schedulers
    from ..refresh.schedule_job import parse_moment, refresh_job
    from ..refresh.settings import read

    moment, scheduler = parse_moment(every, at), schedulers.choose_scheduler(kind)
    if install and remove:
        raise typer.BadParameter("kies --install of --remove, niet allebei.")
    if not remove:
        read(settings)  # report mistakes in the settings now and not at the first run
    job = refresh_job(settings)
    if remove:
        dutch_typer.say(scheduler.remove(job))
    elif install:
        dutch_typer.say(scheduler.install(job, moment))
    else:
        dutch_typer.say(scheduler.entry(job, moment), nl=False)
        dutch_typer.say("Er is nog niets klaargezet: dat doet --install.", err=True)


@app.command(cls=Command)
def chapter(
    title: Annotated[str, typer.Argument(help="De titel van het hoofdstuk.")],
    indicator: Annotated[str, typer.Option(help="De indicator van de eerste vraag, uit indicators.yml.")],
) -> None:
    """Maak het notebook van een nieuw hoofdstuk, om in te vullen."""
    from ..build.chapters import new_chapter

    dutch_typer.say(f"Hoofdstuk klaar om in te vullen: {paths.display_path(new_chapter(title, indicator))}")


@documents.command(cls=Command)
def draft(
    file: Annotated[Path, typer.Argument(metavar="BESTAND", help="Een stuk: .docx, .pdf of .txt.", show_default=False)],
    municipality: Annotated[
        str | None, typer.Option(help="CBS-code of naam van de gemeente.", show_default=False)
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Nieuwe map voor het concept.", show_default="concept-STUK")] = None,
) -> None:
    """Maak een concept van de YAML-bestanden uit een stuk, om na te kijken."""
    from ..build.chapters import Parameters
    from . import output

    code = None if municipality is None else Parameters(municipality).municipality
    for line in output.write_draft(file, code, out or Path(f"concept-{file.stem}")):
        dutch_typer.say(line)


@documents.command(cls=Command)
def check(raw: Raw = paths.RAW) -> None:
    """Zeg wat er in de stukken van de raad ontbreekt, fout is, dubbel is of los staat."""
    from . import output

    lines = list(output.document_problems(raw))
    for line in lines:
        dutch_typer.say(line)
    if lines:
        raise typer.Exit(UNFINISHED)
    dutch_typer.say("De stukken van de raad zijn compleet.")


@app.command(cls=Command)
def lab() -> None:
    """Open JupyterLab met de hoofdstukken; zonder verwerkte gegevens leest dit eerst data/raw."""
    if not any(paths.PROCESSED.glob("*.parquet")):
        _ingest(paths.RAW, paths.PROCESSED)
    os.execvp(sys.executable, [sys.executable, "-m", "jupyterlab", f"--notebook-dir={paths.NOTEBOOKS}"])


def _ingest(raw: Path, processed: Path, keep_going: bool = False) -> bool:
    """Ingest the exports and print a summary; return whether a damaged file was left out."""
    from ..build import workspace
    from ..build.workspace import locked
    from ..ingest.pipeline import Secrecy, ingest
    from . import output

    workspace.require_outside(raw, processed, "--processed")
    documents = workspace.documents(raw)
    with locked(processed, partial(dutch_typer.say, err=True)):
        secrecy = Secrecy(workspace.seed())
        summary = ingest(raw, processed, documents=documents, keep_going=keep_going, secrecy=secrecy)
    output.print_ingest(summary, raw, documents)
    return bool(summary.unread)


def main() -> None:
    """Run the command and exit with the code that `errors` defines for the outcome."""
    for name in ("SIGTERM", "SIGHUP"):  # clean up as after Ctrl-C when a scheduler or a closed terminal stops us
        if signal.getsignal(stop := getattr(signal, name, signal.SIGTERM)) is signal.SIG_DFL:
            signal.signal(stop, signal.default_int_handler)
    try:
        code = app(sys.argv[1:] or ["--help"], standalone_mode=False) or 0
        if code == errors.INTERRUPTED:
            dutch_typer.say(errors.describe(KeyboardInterrupt())[0], err=True)
    except typer.TyperException as error:
        code = errors.WRONG
        dutch_typer.say(f"Fout in de opdracht: {dutch_typer.complaint(error)}\nZie 'veiligheid --help'.", err=True)
    except errors.FORESEEN as error:
        message, code = errors.describe(error)
        dutch_typer.say(message, err=True)
    sys.exit(code)
