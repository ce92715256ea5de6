"""Our own templates: the frame of every page, filled with what is on it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

BANNER = "Voorbeelddata – geen echte cijfers"  # above every page that made-up figures feed
TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **context: Any) -> str:
    """Fill one of our templates; a name the template asks for and does not get is an error."""
    return _environment().get_template(template).render(**context)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["banner"] = BANNER
    environment.filters["first_answer"] = first_answer
    return environment


def first_answer(highlights: Iterable[Markup]) -> Markup:
    """The sentence that says most about a chapter: the first answer among its highlights, or why there is none."""
    told = "".join(highlights)
    found = re.search(r'<p class="answer">.*?</p>', told, flags=re.DOTALL) or re.search(
        r'<p class="note">.*?</p>', told, flags=re.DOTALL
    )
    return Markup(found[0]) if found else Markup("")
