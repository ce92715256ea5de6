"""Strict reading of YAML and JSON files that people write, with mistakes reported in Dutch.

YAML silently reads ``5.000`` as 5, ``1:30`` as 90 and the second of two equal keys only. Such values are refused here,
with the line they are on.
"""

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

MAX_MB = 5  # largest document; not in `thresholds.yml`, because this module reads that file
LARGEST = 1e12  # no amount, count or year is larger
_DEPTH = 50  # deepest nesting of mappings and lists; our documents have six levels
_SIZE = 10_000_000  # most characters in a document; repetition by an alias counts each time
_LEAST = 50  # characters that a value counts for, however short it is
_TEXT = 20_000  # most characters in one value
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]*([eE][-+]?[0-9]{1,2})?")
_AMBIGUOUS = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}")  # 5.000: in YAML that is 5, in Dutch it is 5000
_MOST = 50  # mistakes that are told of one file
_LONG = 60  # characters of a wrong value that a message quotes
_PLAIN = "Schrijf een getal in gewone cijfers, zoals 1250 of 0.5. Is het tekst of een tijd? Zet er aanhalingstekens om."
_WRITE_OUT = "Schrijf uit wat er staat, zonder & en *."
_BRACKETS = "Controleer de komma's, haken en aanhalingstekens rond deze regel, of haal het bestand opnieuw op."
_COMPARE = "Vergelijk met een andere ingang in dit bestand, of met het voorbeeld in de map docs."
_FIELDS = {
    "missing": "dit veld ontbreekt.",
    "extra_forbidden": "dit veld bestaat niet.",
    "union_tag_not_found": "het veld 'kind' ontbreekt; dat zegt welke soort toets dit is.",
}
# By pydantic's name of a mistake, what was expected.
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


class _Refused(yaml.MarkedYAMLError):
    """Valid YAML that would silently become something else; ``problem`` and ``note`` (the remedy) are Dutch."""


class _Loader(yaml.CSafeLoader):
    """YAML loader, written in C, that refuses duplicate keys, ambiguous numbers and dates that do not exist."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping, refusing a key that occurs twice; YAML would keep the last value only."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refused(key, "hier hoort een naam voor de dubbele punt.", "Geef deze ingang een naam.")
            if key.value in seen:
                raise _refused(key, f"'{key.value}' staat hier twee keer.", "Geef elke ingang een eigen naam.")
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def whole(self, node: yaml.ScalarNode) -> int:
        """Return a whole number written in decimals; YAML also reads 1:30 as 90, 010 as 8 and 0x10 as 16."""
        if not _WHOLE.fullmatch(node.value):
            raise _refused(node, f"'{shortened(node.value)}' is hier geen gewoon getal.", _PLAIN)
        return int(_possible(node))

    def number(self, node: yaml.ScalarNode) -> float:
        """Return a decimal number, refusing one that may be a whole number with a Dutch thousands separator."""
        if _AMBIGUOUS.fullmatch(node.value):
            remedy = f"Schrijf {node.value.replace('.', '')} zonder punt, of {float(node.value)} als u dat bedoelt."
            raise _refused(node, f"'{node.value}' kan op twee manieren worden gelezen.", remedy)
        if not _DECIMAL.fullmatch(node.value):
            raise _refused(node, f"'{shortened(node.value)}' is hier geen gewoon getal.", _PLAIN)
        return _possible(node)

    def day(self, node: yaml.ScalarNode) -> date:
        """Return a date, refusing one that does not exist."""
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
            node, f"het getal '{shortened(node.value)}' kan niet kloppen.", "Controleer hoeveel cijfers het heeft."
        )
    return value


def must_be_file(path: Path) -> None:
    """Refuse a path that is not an ordinary, readable file; reading a pipe or a device would never end.

    Parameters
    ----------
    path : Path
        The path to check.

    Raises
    ------
    DataError
        When it is not an ordinary file, or may not be read.
    """
    try:
        if path.is_file():
            path.open("rb").close()
            return
    except OSError as error:
        rights = "Geef uzelf leesrechten op het bestand, of haal het weg."
        raise DataError(
            paths.display_path(path), f"dit bestand is niet te openen ({type(error).__name__}).", rights
        ) from None
    problem = "dit is geen gewoon bestand, maar een koppeling die nergens heen gaat, een apparaat of een map."
    raise DataError(paths.display_path(path), problem, "Zet het bestand zelf op deze plek, of haal dit weg.")


def document(path: Path) -> str:
    """Return the text of a file that people write.

    Parameters
    ----------
    path : Path
        A text file in UTF-8, with or without byte order mark.

    Returns
    -------
    str

    Raises
    ------
    DataError
        When it is not an ordinary file, is larger than `MAX_MB`, or is not UTF-8; the last with the line.
    """
    must_be_file(path)
    if (size := path.stat().st_size) > MAX_MB * 1024**2:
        problem = f"het bestand is {size / 1024**2:.0f} MB en de grens is {MAX_MB} MB."
        raise DataError(paths.display_path(path), problem, "Controleer of dit het goede bestand is.")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(
            paths.display_path(path), "dit is geen UTF-8.", "Bewaar het bestand opnieuw, met codering UTF-8.", line=line
        ) from None


def content(path: Path) -> Any:
    """Return the content of a YAML file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    object
        Mappings, lists, texts, numbers and dates.

    Raises
    ------
    DataError
        When the file is empty, not UTF-8 or not YAML; when a key occurs twice, a number is ambiguous or a date does not
        exist; or when nesting or repetition exceeds what any document needs. With the line.
    """
    text = document(path)
    try:
        _check_bounds(text)
        loaded = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise _as_data_error(path, error) from None
    if loaded is None:
        raise DataError(paths.display_path(path), "dit bestand is leeg.", "Vul het in, of haal het weg.")
    return loaded


def _check_bounds(text: str) -> None:
    """Refuse a document that would need far more memory or nesting than its length suggests; nothing is built."""
    sizes: dict[str, int] = {}  # of each anchor whose content has been read completely
    within: list[tuple[str | None, int]] = []  # of each open mapping or list, its anchor and the size before it
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
            size += (length := max(len(event.value), _LEAST))
            sizes |= {event.anchor: length} if event.anchor else {}
            _check_text(event)
        if len(within) > _DEPTH:
            raise _refused(event, f"hier is dieper genest dan {_DEPTH} keer.", "Controleer de haken en de inspringing.")
        if size > _SIZE:
            raise _refused(event, "wat hier staat is te groot, herhalingen met * meegeteld.", _WRITE_OUT)


def _check_text(event: yaml.ScalarEvent) -> None:
    """Refuse a value that is too long or has characters that cannot be shown."""
    if len(event.value) > _TEXT:
        raise _refused(event, f"deze tekst is langer dan {_TEXT} tekens.", "Controleer de aanhalingstekens.")
    if printable(event.value) != event.value:
        raise _refused(event, "hier staan tekens in die geen tekst zijn.", "Typ de tekst opnieuw.")


def json_content(path: Path, text: str, numbers: Callable[[str], Any] | None = None) -> Any:
    """Return the content of a JSON text.

    Parameters
    ----------
    path : Path
        The file the text comes from, for messages.
    text : str
        JSON.
    numbers : callable, optional
        Converts the text of a number; `str` keeps it as it is written.

    Returns
    -------
    object

    Raises
    ------
    DataError
        When it is not JSON, or has something that other programs cannot read: endless nesting, a number of thousands of
        digits, ``NaN``, or half a surrogate pair. With the line where that is known.

    Examples
    --------
    >>> json_content(Path("x.json"), '{"a": 1.50}', str)
    {'a': '1.50'}
    """
    try:
        loaded = json.loads(text, parse_int=numbers, parse_float=numbers, parse_constant=_no_number)
        if "\\ud" in text.casefold():  # a surrogate pair, of which both halves must be present
            json.dumps(loaded, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        problem = "dit is geen geldige JSON: het bestand is afgekapt of beschadigd."
        raise DataError(paths.display_path(path), problem, _BRACKETS, line=error.lineno) from None
    except UnicodeEncodeError:
        problem = "een naam bevat een half teken (\\ud…)."
        raise DataError(
            paths.display_path(path), problem, "Haal het bestand opnieuw op, of typ die naam opnieuw."
        ) from None
    except RecursionError:
        raise DataError(paths.display_path(path), "de haken zijn veel te diep genest.", _BRACKETS) from None
    except ValueError:
        problem = "er staat een getal in van duizenden cijfers, of iets dat geen getal is."
        raise DataError(paths.display_path(path), problem, "Zoek dat getal op en verbeter het.") from None
    return loaded


def _no_number(constant: str) -> NoReturn:
    raise ValueError(constant)


def _as_data_error(path: Path, error: Exception) -> DataError:
    mark = getattr(error, "problem_mark", None)
    problem, remedy = "dit is geen geldige YAML.", "Controleer de inspringing en de dubbele punten rond deze regel."
    if isinstance(error, _Refused):
        problem, remedy = str(error.problem), str(error.note)
    return DataError(paths.display_path(path), problem, remedy, line=mark.line + 1 if mark else None)


def in_dutch(path: Path, error: ValidationError) -> DataError:
    """Convert the mistakes that pydantic reports into an error in Dutch.

    Parameters
    ----------
    path : Path
        The file that was validated.
    error : ValidationError
        What pydantic reports.

    Returns
    -------
    DataError
        About the first mistake, with the others in ``further``. ``field`` gives the way to the mistake; positions in a
        list count from 1.
    """
    file = paths.display_path(path)
    first, *others = error.errors()
    further = [_data_error(file, mistake) for mistake in others[: _MOST - 1]]
    if more := len(others) - len(further):
        problem = (
            f"in dit bestand {'is' if more == 1 else 'zijn'} nog {more} andere {'fout' if more == 1 else 'fouten'}."
        )
        further.append(DataError(file, problem, "Verbeter eerst wat hierboven staat."))
    return _data_error(file, first, tuple(further))


def _data_error(file: str, mistake: ErrorDetails, further: tuple[DataError, ...] = ()) -> DataError:
    problem, remedy = _problem_and_remedy(mistake)
    return DataError(file, problem, remedy, field=" › ".join(_names(mistake["loc"])) or None, further=further)


def _names(parts: tuple[int | str, ...]) -> list[str]:
    """Return the names on the way to a mistake; a key that is itself wrong comes just before ``[key]``."""
    if parts[-1:] == ("[key]",):
        return [str(part) for part in parts[:-1]]
    return [str(part + 1) if isinstance(part, int) else part for part in parts]


def _problem_and_remedy(mistake: ErrorDetails) -> tuple[str, str]:
    kind, context = mistake["type"], mistake.get("ctx", {})
    value = shortened(mistake["input"])
    wrong = "hier staat niets" if mistake["input"] is None else f"de waarde '{value}' past hier niet"
    if kind in _FIELDS:
        return _FIELDS[kind], _COMPARE
    if kind == "value_error":
        return str(context["error"]), _COMPARE
    if kind in ("literal_error", "union_tag_invalid", "enum"):
        return f"{wrong}.", _choices(str(context.get("expected", context.get("expected_tags"))), mistake["input"])
    if kind == "too_long":
        problem = f"hier staan er {context['actual_length']}, en het mogen er hoogstens {context['max_length']} zijn."
        return problem, "Haal weg wat te veel is."
    if kind == "string_too_short":
        problem = f"'{value}' is te kort: hier horen minstens {context['min_length']} tekens."
        return problem, "Schrijf het uit, in een paar woorden."
    return f"{wrong}: {_EXPECTED.get(kind, 'de vorm klopt niet')}.", _COMPARE


def _choices(expected: str, value: object) -> str:
    names = ", ".join(re.findall(r"'([^']*)'", expected)) or expected.replace(" or ", ", ")
    quotes = " YAML leest yes en no zonder aanhalingstekens als true en false; zet ze ertussen."
    return f"Dit mag zijn: {names}.{quotes if isinstance(value, bool) else ''}"


def shortened(value: object) -> str:
    """Return a value as a message quotes it."""
    text = str(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"
