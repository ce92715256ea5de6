"""The command ``veiligheid``: one thin verb for each job.

Nothing heavy is imported here, so that ``veiligheid --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from . import paths, terminal
from .errors import DataError
from .terminal import Command

import typer  # isort: skip (after terminal, which translates it)

if TYPE_CHECKING:
    from .runner.chapters import Chapter

app = typer.Typer(
    cls=terminal.Group,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich help takes as long as everything else together
    help="Maak een veiligheidsanalyse van ruwe exports.",
)

INTERRUPTED = 130  # what typer answers after Ctrl-C, as a shell does
Raw = Annotated[Path, typer.Option(help="Map met ruwe exports.", show_default="data/raw")]
Processed = Annotated[Path, typer.Option(help="Map voor de verwerkte gegevens.", show_default="data/processed")]
Municipality = Annotated[list[str], typer.Option(help="CBS-code van de gemeente; meermaals mag.")]


@app.command(cls=Command)
def ingest(
    raw: Raw = paths.RAW,
    processed: Annotated[
        Path, typer.Option(help="Map voor de verwerkte gegevens.", show_default="data/processed")
    ] = paths.PROCESSED,
) -> None:
    """Lees de ruwe exports en schrijf de verwerkte gegevens."""
    _ingest(raw, processed)


@app.command(cls=Command)
def report(
    municipality: Municipality = ["GM1969"],  # noqa: B006 (typer copies it)
    from_year: Annotated[int, typer.Option(help="Eerste jaar van de vergelijking.")] = 2019,
    to_year: Annotated[int, typer.Option(help="Laatste jaar van de vergelijking.")] = 2022,
    raw: Raw = paths.RAW,
    out: Annotated[Path, typer.Option(help="Map voor de rapporten.", show_default="reports")] = paths.REPORTS,
    jobs: Annotated[int, typer.Option(min=1, help="Hoeveel hoofdstukken tegelijk.")] = os.cpu_count() or 1,
) -> None:
    """Maak het rapport van een of meer gemeenten."""
    from .runner import build
    from .runner.parameters import Parameters

    asked = [Parameters(code, from_year, to_year) for code in municipality]
    with ExitStack() as stack:
        # Exports from elsewhere do not replace what the analyst is working on in data/processed.
        own = raw.resolve() == paths.RAW
        processed = paths.PROCESSED if own else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        _ingest(raw, processed)
        for parameters in asked:
            with _progress(parameters.municipality) as show:
                made = build.report(parameters, processed, out, jobs, show)
            for sentence in (*made.absent, *made.incomplete):
                typer.echo(f"  {sentence}")
            typer.echo(f"Rapport klaar: {paths.shown(made.folder / 'index.html')}")


@app.command(cls=Command)
def lab() -> None:
    """Open JupyterLab met de hoofdstukken."""
    os.execvp(sys.executable, [sys.executable, "-m", "jupyterlab", f"--notebook-dir={paths.NOTEBOOKS}"])


def _ingest(raw: Path, processed: Path) -> None:
    from .sources.ingest import ingest

    summary = ingest(raw, processed)
    for file, reason in summary.skipped.items():
        typer.echo(f"  Overgeslagen: {file}: {reason}")
    typer.echo(f"{len(summary.read)} bestanden gelezen uit {paths.shown(raw)}, {summary.rows} waarnemingen.")


@contextmanager
def _progress(municipality: str) -> Iterator[Callable[[Chapter, int, int], None]]:
    """A bar for each chapter, moved by the cells that have run."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns) as bars:
        tasks: dict[str, Any] = {}

        def show(chapter: Chapter, cell: int, cells: int) -> None:
            if chapter.id not in tasks:
                tasks[chapter.id] = bars.add_task(f"{municipality} {chapter.title}", total=cells)
            bars.update(tasks[chapter.id], completed=cell)

        yield show


def main() -> None:
    """Run the command; what the user can mend ends with exit code 2, a failed chapter with 1."""
    try:
        if app(sys.argv[1:] or ["--help"], standalone_mode=False) == INTERRUPTED:
            typer.echo("Afgebroken. Wat er al stond, is niet veranderd.", err=True)
            sys.exit(INTERRUPTED)
    except typer.TyperException as error:
        typer.echo(f"Fout in de opdracht: {terminal.complaint(error)}\nZie 'veiligheid --help'.", err=True)
        sys.exit(2)
    except DataError as error:
        typer.echo(f"Fout in {error}", err=True)
        sys.exit(2)
    except Exception as error:
        if type(error).__name__ != "ChapterError":
            raise
        typer.echo(f"{error}\nHet vorige rapport is niet veranderd.", err=True)
        sys.exit(1)
