"""Reading files that people write: YAML and JSON without their traps, and mistakes told in Dutch with their place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .. import paths
from ..errors import DataError, printable

MAX_MB = 5  # of a document that people write; no constant of `thresholds.yml`, which is read by this module itself
_DEPTH = 50  # mappings and lists within each other; our documents have six
_SIZE = 10_000_000  # characters in a document, those repeated by an alias counted each time
_LEAST = 50  # characters that a value counts for, whatever its length
_TEXT = 20_000  # characters in one value
LARGEST = 1e12  # no amount, count or year is larger
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]*([eE][-+]?[0-9]{1,2})?")
_AMBIGUOUS = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}")  # 5.000: in YAML that is 5, in Dutch it is 5000
_LONG = 60  # characters of a wrong value that are shown
_PLAIN = "Schrijf een getal in gewone cijfers, zoals 1250 of 0.5. Is het tekst of een tijd? Zet er aanhalingstekens om."
_WRITE_OUT = "Schrijf uit wat er staat, zonder & en *."
_BRACKETS = "Controleer de komma's, haken en aanhalingstekens rond deze regel, of haal het bestand opnieuw op."
_COMPARE = "Vergelijk met een andere ingang in dit bestand, of met het voorbeeld in de map docs."


class _Refused(yaml.MarkedYAMLError):
    """Valid YAML that would silently become something else; ``problem`` and ``note`` (the remedy) are Dutch."""


class _Loader(yaml.CSafeLoader):
    """The loader written in C, that refuses what it would otherwise lose: double keys, dots in amounts, wrong days."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping in which no key stands twice; YAML lets the second one take the place of the first."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refused(key, "hier hoort een naam voor de dubbele punt.", "Geef deze ingang een naam.")
            if key.value in seen:
                raise _refused(key, f"'{key.value}' staat hier twee keer.", "Geef elke ingang een eigen naam.")
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def whole(self, node: yaml.ScalarNode) -> int:
        """A whole number in decimals: YAML also reads 1:30 as 90, 010 as 8 and 0x10 as 16."""
        if not _WHOLE.fullmatch(node.value):
            raise _refused(node, f"'{_short(node.value)}' is hier geen gewoon getal.", _PLAIN)
        return int(_possible(node))

    def number(self, node: yaml.ScalarNode) -> float:
        """A decimal number, unless it may be a whole number with a Dutch thousands dot, or is none at all."""
        if _AMBIGUOUS.fullmatch(node.value):
            remedy = f"Schrijf {node.value.replace('.', '')} zonder punt, of {float(node.value)} als u dat bedoelt."
            raise _refused(node, f"'{node.value}' kan op twee manieren worden gelezen.", remedy)
        if not _DECIMAL.fullmatch(node.value):
            raise _refused(node, f"'{_short(node.value)}' is hier geen gewoon getal.", _PLAIN)
        return _possible(node)

    def day(self, node: yaml.ScalarNode) -> date:
        """A day that exists."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            raise _refused(node, f"de dag '{node.value}' bestaat niet.", "Schrijf jaar-maand-dag.") from None


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.whole)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.number)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.day)


def _refused(node: Any, problem: str, remedy: str) -> _Refused:
    return _Refused(problem=problem, problem_mark=node.start_mark, note=remedy)


def _possible(node: yaml.ScalarNode) -> float:
    value = float(node.value)
    if abs(value) > LARGEST:
        raise _refused(
            node, f"het getal '{_short(node.value)}' kan niet kloppen.", "Controleer hoeveel cijfers het heeft."
        )
    return value


def must_be_file(path: Path) -> None:
    """Refuse what cannot be read as an ordinary file; reading a pipe or a device would never end.

    Raises
    ------
    DataError
        When it is no ordinary file, or may not be read.
    """
    try:
        if path.is_file():
            path.open("rb").close()
            return
    except OSError as error:
        rights = "Geef uzelf leesrechten op het bestand, of haal het weg."
        raise DataError(paths.shown(path), f"dit bestand is niet te openen ({type(error).__name__}).", rights) from None
    problem = "dit is geen gewoon bestand, maar een koppeling die nergens heen gaat, een apparaat of een map."
    raise DataError(paths.shown(path), problem, "Zet het bestand zelf op deze plek, of haal dit weg.")


def document(path: Path) -> str:
    """The text of a file that people write.

    Raises
    ------
    DataError
        When it is no ordinary file, larger than any such file, or no UTF-8; with the line.
    """
    must_be_file(path)
    if (size := path.stat().st_size) > MAX_MB * 1024**2:
        problem = f"het bestand is {size / 1024**2:.0f} MB en de grens is {MAX_MB} MB."
        raise DataError(paths.shown(path), problem, "Controleer of dit het goede bestand is.")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(
            paths.shown(path), "dit is geen UTF-8.", "Bewaar het bestand opnieuw, met codering UTF-8.", line=line
        ) from None


def content(path: Path) -> Any:
    """What a YAML file holds.

    Raises
    ------
    DataError
        When it is empty, no UTF-8 or no YAML, when a key stands twice, a number can be read in two ways or a day does
        not exist, or when it is nested or repeats itself as no document does; with the line.
    """
    text = document(path)
    try:
        _bounded(text)
        found = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise _no_yaml(path, error) from None
    if found is None:
        raise DataError(paths.shown(path), "dit bestand is leeg.", "Vul het in, of haal het weg.")
    return found


def _bounded(text: str) -> None:
    """Refuse a document that would take more memory or a deeper stack than it seems; nothing is built to find out."""
    sizes: dict[str, int] = {}  # of what each anchor names; what is still being read is not there yet
    within: list[tuple[str | None, int]] = []  # the anchors of what is open, and how much came before it
    size = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, before = within.pop()
            sizes |= {anchor: size - before} if anchor else {}
        elif isinstance(event, yaml.CollectionStartEvent):
            within.append((event.anchor, size))
            size += _LEAST
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise _refused(event, f"'*{event.anchor}' verwijst naar zichzelf of nergens heen.", _WRITE_OUT)
            size += sizes[event.anchor]
        elif isinstance(event, yaml.ScalarEvent):
            size += (here := max(len(event.value), _LEAST))
            sizes |= {event.anchor: here} if event.anchor else {}
            _plain_text(event)
        if len(within) > _DEPTH:
            raise _refused(event, f"hier is dieper genest dan {_DEPTH} keer.", "Controleer de haken en de inspringing.")
        if size > _SIZE:
            raise _refused(event, "wat hier staat is te groot, herhalingen met * meegeteld.", _WRITE_OUT)


def _plain_text(event: yaml.ScalarEvent) -> None:
    """Refuse a value that is no text to be shown."""
    if len(event.value) > _TEXT:
        raise _refused(event, f"deze tekst is langer dan {_TEXT} tekens.", "Controleer de aanhalingstekens.")
    if printable(event.value) != event.value:
        raise _refused(event, "hier staan tekens in die geen tekst zijn.", "Typ de tekst opnieuw.")


def json_content(path: Path, text: str, numbers: Callable[[str], Any] | None = None) -> Any:
    """What a JSON text holds; ``numbers`` is what to do with the text of a number, as `str` to keep it.

    Raises
    ------
    DataError
        When it is no JSON, or holds something that other programs could not read: nesting without end, a number of
        thousands of digits or that is none, half a character; with the line where that is known.
    """
    try:
        found = json.loads(text, parse_int=numbers, parse_float=numbers, parse_constant=_no_number)
        if "\\ud" in text.casefold():  # a character in two halves, which must both be there
            json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        problem = "dit is geen geldige JSON: het bestand is afgekapt of beschadigd."
        raise DataError(paths.shown(path), problem, _BRACKETS, line=error.lineno) from None
    except UnicodeEncodeError:
        problem = "een naam bevat een half teken (\\ud…)."
        raise DataError(paths.shown(path), problem, "Haal het bestand opnieuw op, of typ die naam opnieuw.") from None
    except RecursionError:
        raise DataError(paths.shown(path), "de haken zijn veel te diep genest.", _BRACKETS) from None
    except ValueError:
        problem = "er staat een getal in van duizenden cijfers, of iets dat geen getal is."
        raise DataError(paths.shown(path), problem, "Zoek dat getal op en verbeter het.") from None
    return found


def _no_number(constant: str) -> NoReturn:
    raise ValueError(constant)


def _no_yaml(path: Path, error: Exception) -> DataError:
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
    "finite_number": "hier hoort een getal dat niet oneindig is",
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
