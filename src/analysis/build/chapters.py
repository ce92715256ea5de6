"""The chapters of a report: their notebooks, their parameters, and the kernel they run in.

Papermill only warns about an unknown parameter, turns some types into strings and checks no value. Here all three are
errors: before a kernel starts (`Parameters`), and in the notebook itself (`checked`), wherever it runs.
"""

from __future__ import annotations

import ast
import json
import os
import re
from dataclasses import asdict, astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from .. import paths
from ..definitions import catalogue, regions
from ..errors import DataError

_NOTEBOOK = {"--municipality": "municipality", "--from-year": "first_year", "--to-year": "last_year"}
_EXAMPLE = "GM1969 voor Westerkwartier"
_INJECTED = "# Parameters"  # the first line of the cell that papermill adds
_SKELETON = paths.DEFINITIONS / "hoofdstuk.ipynb"  # a notebook to fill in: TITEL, NAAM, LABEL and INDICATOR
KERNEL = "veiligheid"  # forked from a process that has imported everything: see `warm`


@dataclass(frozen=True)
class Parameters:
    """The parameters of a report.

    Parameters
    ----------
    municipality : str
        Its code, or its name in any spelling. Holds the code afterwards.
    first_year, last_year : int
        The years that are compared.

    Raises
    ------
    DataError
        When the municipality does not exist, or the years are impossible.

    Examples
    --------
    >>> Parameters("Westerkwartier", 2019, 2022).window
    '2019-2022'
    """

    municipality: str = "GM1969"
    first_year: int = 2019
    last_year: int = 2022

    def __post_init__(self) -> None:
        object.__setattr__(self, "municipality", _municipality(self.municipality))
        if self.first_year > self.last_year:
            problem = f"het eerste jaar ({self.first_year}) ligt na het laatste ({self.last_year})."
            raise DataError("--from-year", problem, f"Draai ze om: van {self.last_year} tot en met {self.first_year}.")
        first_known, this_year = min(regions.regions().counts), date.today().year
        if self.first_year < first_known or self.last_year > this_year:
            problem = f"de jaren {self.first_year} en {self.last_year} kunnen niet."
            raise DataError(
                "--from-year", problem, f"Cijfers over gemeenten zijn er van {first_known} tot en met {this_year}."
            )
        if self.first_year == self.last_year:
            problem = f"het eerste en het laatste jaar zijn allebei {self.first_year}."
            raise DataError("--from-year", problem, "Geef een periode van ten minste twee jaren.")
        last_existing = regions.last_year(self.municipality)
        if last_existing is not None and self.last_year > last_existing:
            successors = " of ".join(f"{code} ({regions.name(code)})" for code in regions.successors(self.municipality))
            problem = f"{regions.name(self.municipality)} ({self.municipality}) bestaat na {last_existing} niet meer."
            raise DataError("--municipality", problem, f"Vraag {successors}, waarin deze gemeente is opgegaan.")

    @property
    def window(self) -> str:
        """The years as a folder name: ``2019-2022``."""
        return f"{self.first_year}-{self.last_year}"

    @property
    def title(self) -> str:
        """The municipality and the years in words: ``Westerkwartier 2019–2022``."""
        return f"{regions.name(self.municipality)} {self.first_year}–{self.last_year}"

    def for_notebook(self, notebook: Path) -> dict[str, str | int]:
        """Check the parameters against those that a notebook declares.

        Parameters
        ----------
        notebook : Path
            The notebook.

        Returns
        -------
        dict
            Exactly the declared parameters, by name.

        Raises
        ------
        DataError
            When the notebook declares another name or another type, or names no kernel.
        """
        import papermill  # takes a second; a report that is up to date does without

        try:
            declared = papermill.inspect_notebook(str(notebook))
        except ValueError:
            problem, remedy = "dit hoofdstuk noemt geen kernel.", "Kies in JupyterLab de kernel 'Veiligheidsanalyse'."
            raise DataError(paths.display_path(notebook), problem, remedy) from None
        values = asdict(self)
        kinds = {field.name: str(field.type) for field in fields(self)}
        for name in sorted(declared.keys() ^ values.keys(), key=values.__contains__):
            state = "mist de parameter" if name in values else "vraagt een onbekende parameter"
            raise DataError(
                paths.display_path(notebook), f"dit hoofdstuk {state} '{name}'.", _remedy(kinds), field=name
            )
        for name, parameter in declared.items():
            if parameter["inferred_type_name"] != kinds[name]:
                inferred = parameter["inferred_type_name"]
                problem = f"de parameter '{name}' heeft type {inferred}, maar moet {kinds[name]} zijn."
                raise DataError(paths.display_path(notebook), problem, _remedy(kinds), field=name)
        return values


def checked(municipality: str | int, first_year: int | str, last_year: int | str) -> tuple[str, int, int]:
    """Check the parameters of the calling notebook, and return them for use in its other cells.

    Parameters
    ----------
    municipality : str or int
        Its code, or its name in any spelling.
    first_year, last_year : int or str
        The years that are compared.

    Returns
    -------
    tuple
        The code of the municipality, the first and the last year.

    Raises
    ------
    DataError
        When one of them is impossible, or when papermill was given a parameter that the notebook does not have.

    Examples
    --------
    >>> checked("westerkwartier", "2019", 2022)
    ('GM1969', 2019, 2022)
    """
    _refuse_unknown(_injected())
    years = (_year("--from-year", first_year), _year("--to-year", last_year))
    try:
        return astuple(Parameters(str(municipality), *years))
    except DataError as error:
        raise DataError("de parameters", error.problem, error.remedy, field=_NOTEBOOK[error.file]) from None


def _injected() -> list[str]:
    """Return the names that papermill gave a value. They are assigned in the cell before the one that runs."""
    from IPython import get_ipython  # a report that is up to date does without

    shell = get_ipython()
    cells = shell.user_ns["In"][-2:-1] if shell else []
    assigned = [node for cell in cells if cell.startswith(_INJECTED) for node in ast.walk(ast.parse(cell))]
    return [node.id for node in assigned if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def _refuse_unknown(names: list[str]) -> None:
    parameters = [field.name for field in fields(Parameters)]
    for name in names:
        if name not in parameters:
            problem = "deze parameter heeft het notebook niet."
            raise DataError("de parameters", problem, f"Kies uit: {', '.join(parameters)}.", field=name)


def _year(name: str, value: Any) -> int:
    if isinstance(value, bool) or not re.fullmatch("[0-9]{1,4}", str(value)):
        problem, field = f"'{value}' is geen jaar.", _NOTEBOOK[name]
        raise DataError("de parameters", problem, "Geef een jaar, zoals 2019.", field=field)
    return int(value)


def _municipality(text: str) -> str:
    code = regions.municipality(text)
    if code is None:
        similar = [f"{code} voor {regions.name(code)}" for code in regions.similar_municipalities(text)]
        remedy = f"Gebruik de CBS-code of de naam van een gemeente, bijvoorbeeld {' of '.join(similar or [_EXAMPLE])}."
        raise DataError("--municipality", f"'{text}' is geen gemeente.", remedy)
    return code


def _remedy(kinds: dict[str, str]) -> str:
    declarations = ", ".join(f"{name}: {kind}" for name, kind in kinds.items())
    return f"Zet in de cel met de tag 'parameters' precies deze parameters, met type: {declarations}."


@dataclass(frozen=True)
class Chapter:
    """A notebook of the report.

    Parameters
    ----------
    path : Path
        The notebook.
    id : str
        Put before the id of every number in it: ``woon``.
    title : str
        Its first heading.
    needs : tuple of str
        Indicators, documents (``statements``), ``ballots`` or ``borders`` of which at least one must be there; empty
        when it needs nothing.
    """

    path: Path
    id: str
    title: str
    needs: tuple[str, ...]

    @property
    def page(self) -> str:
        """File name of its page; chapter 00 is the first page of the report."""
        return "index.html" if self.path.stem.startswith("00_") else f"{self.path.stem}.html"


def chapters(folder: Path = paths.NOTEBOOKS) -> list[Chapter]:
    """Return every chapter, in the order of its number.

    Parameters
    ----------
    folder : Path
        Holds the notebooks.

    Returns
    -------
    list of Chapter
        From file names that start with two digits.

    Raises
    ------
    DataError
        When the metadata of a notebook names no id.
    """
    return [_chapter(path) for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))]


def _chapter(path: Path) -> Chapter:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    metadata = notebook["metadata"].get("veiligheid", {})
    if "id" not in metadata:
        problem = "in de metadata van dit notebook ontbreekt 'veiligheid.id'."
        raise DataError(
            paths.display_path(path), problem, 'Voeg toe aan de metadata: "veiligheid": {"id": "…", "needs": []}.'
        )
    texts = ("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    title = next(texts, path.stem).partition("\n")[0]
    return Chapter(path, metadata["id"], title.lstrip("# "), tuple(metadata.get("needs", ())))


def new_chapter(title: str, indicator: str, folder: Path = paths.NOTEBOOKS) -> Path:
    """Write the notebook of a new chapter, after the chapters there are.

    Parameters
    ----------
    title : str
        Its heading, in Dutch; the name of the file follows from it.
    indicator : str
        Id of the indicator that its first question is about, from ``indicators.yml``.

    Returns
    -------
    Path
        The notebook, which runs as it is.

    Raises
    ------
    DataError
        When there is no such indicator, or a chapter of this name.
    """
    slug, others = re.sub(r"\W+", "_", title.lower()).strip("_"), chapters(folder)
    if not slug or any(chapter.id == slug for chapter in others):
        problem = f"een hoofdstuk '{title}' is er al, of die titel heeft geen letters."
        raise DataError(paths.display_path(folder), problem, "Kies een andere titel.")
    words = {"TITEL": title, "NAAM": slug, "LABEL": catalogue.indicator(indicator).label, "INDICATOR": indicator}
    text = _SKELETON.read_text(encoding="utf-8")
    for name, word in words.items():
        text = text.replace(name, json.dumps(word, ensure_ascii=False)[1:-1])
    number = max((int(chapter.path.stem[:2]) for chapter in others), default=-1) + 1
    path = folder / f"{number:02}_{slug}.ipynb"
    path.write_text(text, encoding="utf-8")
    return path


def prestart_kernel() -> None:
    """Start the process that kernels are forked from, so that its imports (some seconds) are done in time.

    Does nothing where kernels start the ordinary way.
    """
    from jupyter_client.manager import KernelManager

    from ..warm_kernels import starter
    from ..warm_kernels.provisioner import split_command

    kernel = KernelManager(kernel_name=KERNEL)
    interpreter, arguments = split_command(kernel.format_kernel_cmd())
    provisioner = getattr(kernel.kernel_spec, "metadata", {}).get("kernel_provisioner", {})
    if starter.CAN_FORK and arguments and provisioner.get("provisioner_name") == "warm":
        starter.warm_process(interpreter, provisioner["config"]["preload"], dict(os.environ))
