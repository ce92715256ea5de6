"""Reading files that people write: YAML without its traps, and mistakes told in Dutch with their place."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from . import paths
from .errors import DataError

_AMBIGUOUS = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}")  # 5.000: in YAML that is 5, in Dutch it is 5000
_LONG = 60  # characters of a wrong value that are shown
_COMPARE = "Vergelijk met een andere ingang in dit bestand, of met het voorbeeld in de map docs."


class _Refused(yaml.MarkedYAMLError):
    """Valid YAML that would silently become something else; ``problem`` and ``note`` (the remedy) are Dutch."""


class _Loader(yaml.CSafeLoader):
    """The loader written in C, that refuses what it would otherwise lose: double keys, dots in amounts, wrong days."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping in which no key stands twice; YAML lets the second one take the place of the first."""
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise _refused(key, f"'{key.value}' staat hier twee keer.", "Geef elke ingang een eigen naam.")
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)

    def number(self, node: yaml.ScalarNode) -> float:
        """A decimal number, unless it may be a whole number with a Dutch thousands dot."""
        if _AMBIGUOUS.fullmatch(node.value):
            remedy = f"Schrijf {node.value.replace('.', '')} zonder punt, of {float(node.value)} als u dat bedoelt."
            raise _refused(node, f"'{node.value}' kan op twee manieren worden gelezen.", remedy)
        return float(self.construct_yaml_float(node))

    def day(self, node: yaml.ScalarNode) -> date:
        """A day that exists."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            raise _refused(node, f"de dag '{node.value}' bestaat niet.", "Schrijf jaar-maand-dag.") from None


_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.number)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.day)


def _refused(node: yaml.Node, problem: str, remedy: str) -> _Refused:
    return _Refused(problem=problem, problem_mark=node.start_mark, note=remedy)


def content(path: Path) -> Any:
    """What a YAML file holds.

    Raises
    ------
    DataError
        When it is empty, no UTF-8 or no YAML, or when a key stands twice, an amount can be read in two ways or a day
        does not exist; with the line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        found = yaml.load(text, Loader=_Loader)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(
            paths.shown(path), "dit is geen UTF-8.", "Bewaar het bestand opnieuw, met codering UTF-8.", line=line
        ) from None
    except yaml.YAMLError as error:
        raise _no_yaml(path, error) from None
    if found is None:
        raise DataError(paths.shown(path), "dit bestand is leeg.", "Vul het in, of haal het weg.")
    return found


def _no_yaml(path: Path, error: yaml.YAMLError) -> DataError:
    mark = getattr(error, "problem_mark", None)
    problem, remedy = "dit is geen geldige YAML.", "Controleer de inspringing en de dubbele punten rond deze regel."
    if isinstance(error, _Refused):
        problem, remedy = str(error.problem), str(error.note)
    return DataError(paths.shown(path), problem, remedy, line=mark.line + 1 if mark else None)


def in_dutch(path: Path, error: ValidationError) -> DataError:
    """Tell the first mistake that pydantic found, in Dutch and with its place; places in a list count from 1."""
    first = error.errors()[0]
    problem, remedy = _told(first)
    entry = " › ".join(_place(first["loc"])) or None
    return DataError(paths.shown(path), problem, remedy, field=entry)


def _place(parts: tuple[int | str, ...]) -> list[str]:
    """The names on the way to a mistake; a key that is itself wrong stands before ``[key]``."""
    if parts[-1:] == ("[key]",):
        return [str(part) for part in parts[:-1]]
    return [str(part + 1) if isinstance(part, int) else part for part in parts]


def _told(mistake: ErrorDetails) -> tuple[str, str]:
    """Problem and remedy."""
    kind, told = mistake["type"], mistake.get("ctx", {})
    value = _short(mistake["input"])
    wrong = f"de waarde '{value}' past hier niet"
    if kind in _FIELDS:
        return _FIELDS[kind], _COMPARE
    if kind == "value_error":
        return str(told["error"]), _COMPARE
    if kind in ("literal_error", "union_tag_invalid"):
        return f"{wrong}.", _choices(str(told.get("expected", told.get("expected_tags"))), mistake["input"])
    if kind == "too_long":
        problem = f"hier staan er {told['actual_length']}, en het mogen er hoogstens {told['max_length']} zijn."
        return problem, "Haal weg wat te veel is."
    return f"{wrong}: {_EXPECTED.get(kind, 'de vorm klopt niet')}.", _COMPARE


_FIELDS = {
    "missing": "dit veld ontbreekt.",
    "extra_forbidden": "dit veld bestaat niet.",
    "union_tag_not_found": "het veld 'kind' ontbreekt; dat zegt welke soort toets dit is.",
}
# What pydantic calls a mistake, and what it expected there.
_EXPECTED = {
    "int_type": "hier hoort een heel getal", "int_parsing": "hier hoort een heel getal",
    "int_from_float": "hier hoort een heel getal",
    "float_type": "hier hoort een getal", "float_parsing": "hier hoort een getal, zoals 5000 of 0.5",
    "string_type": "hier hoort tekst; zet een getal tussen aanhalingstekens",
    "bool_type": "hier hoort true of false", "bool_parsing": "hier hoort true of false",
    "date_type": "hier hoort een dag, zoals 2024-07-01", "date_from_datetime_parsing": "hier hoort een dag",
    "path_type": "hier hoort een pad", "too_short": "hier hoort er minstens één",
    "greater_than_equal": "dit getal is te klein", "greater_than": "dit getal is te klein",
    "less_than_equal": "dit getal is te groot",
    "tuple_type": "hier hoort een lijst", "model_type": "hier horen velden met een naam",
    "dict_type": "hier horen velden met een naam",
}  # fmt: skip


def _choices(expected: str, value: object) -> str:
    names = ", ".join(re.findall(r"'([^']*)'", expected)) or expected.replace(" or ", ", ")
    quotes = " YAML leest yes en no zonder aanhalingstekens als true en false; zet ze ertussen."
    return f"Dit mag zijn: {names}.{quotes if isinstance(value, bool) else ''}"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"
