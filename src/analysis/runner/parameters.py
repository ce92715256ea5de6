"""The parameters of a chapter, checked before a kernel starts.

Papermill only warns about a name it does not know and turns some types into strings; here both are errors.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from .. import paths, regions
from ..errors import DataError


@dataclass(frozen=True)
class Parameters:
    """What a chapter is asked for.

    Raises
    ------
    DataError
        When the municipality does not exist or the years are in the wrong order.
    """

    municipality: str = "GM1969"
    first_year: int = 2019
    last_year: int = 2022

    def __post_init__(self) -> None:
        if not regions.is_municipality(self.municipality):
            raise DataError(
                "--municipality",
                f"'{self.municipality}' is geen code van een gemeente.",
                f"Gebruik de CBS-code met GM en vier cijfers, bijvoorbeeld {_nearest(self.municipality)}.",
            )
        if self.first_year > self.last_year:
            problem = f"het eerste jaar ({self.first_year}) ligt na het laatste ({self.last_year})."
            remedy = f"Draai ze om: --from-year {self.last_year} --to-year {self.first_year}."
            raise DataError("--from-year", problem, remedy)
        known = min(regions.regions().counts)
        if self.first_year < known or self.last_year > date.max.year:
            problem = f"de jaren {self.first_year} en {self.last_year} kunnen niet."
            raise DataError("--from-year", problem, f"Cijfers over gemeenten zijn er vanaf {known}.")
        if self.first_year == self.last_year:
            raise DataError(
                "--from-year",
                f"het eerste en het laatste jaar zijn allebei {self.first_year}.",
                "Geef met --from-year en --to-year een periode van ten minste twee jaren.",
            )

    @property
    def window(self) -> str:
        """The years as a folder name: ``2019-2022``."""
        return f"{self.first_year}-{self.last_year}"

    @property
    def title(self) -> str:
        """What it is about, in words: ``Westerkwartier 2019–2022``."""
        return f"{regions.name(self.municipality)} {self.first_year}–{self.last_year}"

    def for_notebook(self, notebook: Path) -> dict[str, str | int]:
        """Hold the parameters against what the notebook declares.

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
            raise DataError(paths.shown(notebook), problem, remedy) from None
        values = asdict(self)
        kinds = {field.name: str(field.type) for field in fields(self)}
        for name in sorted(declared.keys() ^ values.keys(), key=values.__contains__):
            state = "mist de parameter" if name in values else "vraagt een onbekende parameter"
            raise DataError(paths.shown(notebook), f"dit hoofdstuk {state} '{name}'.", _remedy(kinds), field=name)
        for name, parameter in declared.items():
            if parameter["inferred_type_name"] != kinds[name]:
                found = parameter["inferred_type_name"]
                problem = f"de parameter '{name}' heeft type {found}, maar moet {kinds[name]} zijn."
                raise DataError(paths.shown(notebook), problem, _remedy(kinds), field=name)
        return values


def _nearest(text: str) -> str:
    """A code that may be meant: by name, or by its nearest spelling."""
    known = regions.regions().municipalities
    named = {name.casefold(): code for code, name in known.items()}
    near = get_close_matches(text.casefold(), [*named, *map(str.casefold, known)], n=1) or ["westerkwartier"]
    code = named.get(near[0], near[0].upper())
    return f"{code} voor {known[code]}"


def _remedy(kinds: dict[str, str]) -> str:
    lines = ", ".join(f"{name}: {kind}" for name, kind in kinds.items())
    return f"Zet in de cel met de tag 'parameters' precies deze parameters, met type: {lines}."
