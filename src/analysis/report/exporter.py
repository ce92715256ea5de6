"""The nbconvert exporter ``raadsrapport``: an executed notebook as one page for the council.

The stock HTML exporter drops alt texts, loads scripts from outside and shows code. This one renders Markdown cells and
HTML results into our own template, with everything else left out, and escapes whatever is not markup of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from traitlets import default

from .ids import distinct
from .outline import Section, outline

BANNER = "Voorbeelddata – geen echte cijfers"  # above every page that made-up figures feed
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Link:
    """A chapter in the list of chapters; without ``href`` when its page could not be made."""

    title: str
    href: str | None = None
    current: bool = False


@dataclass(frozen=True)
class Page:
    """What surrounds a chapter's own content.

    Parameters
    ----------
    sections : tuple of Section
        The questions on this page, under its place in the list of chapters.
    forms : tuple of Link
        The other forms of the whole report, on its first page; ``no_pdf`` says why one of them is not there.
    """

    title: str = "Veiligheidsanalyse"
    subtitle: str = ""
    synthetic: bool = False
    unread: tuple[str, ...] = ()
    chapters: tuple[Link, ...] = ()
    previous: Link | None = None
    next: Link | None = None
    home: str | None = None
    sections: tuple[Section, ...] = ()
    forms: tuple[Link, ...] = ()
    no_pdf: str | None = None


@dataclass(frozen=True)
class Content:
    """The inside of a page: its title and the HTML of its cells."""

    title: str
    body: Markup
    highlights: tuple[Markup, ...] = ()
    sections: tuple[Section, ...] = ()


class RaadsrapportExporter(Exporter):
    """Export a notebook as an accessible page: Dutch, self-contained, without code."""

    export_from_notebook = "Raadsrapport (HTML)"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]  # nbconvert's own HTML exporter returns text as well
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Render an executed notebook.

        Parameters
        ----------
        nb : NotebookNode
            Executed; outputs other than HTML and Markdown are left out.
        resources : dict, optional
            ``resources["page"]`` may hold the ``Page`` around it.

        Returns
        -------
        str, dict
            The page, and the resources.
        """
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        content = read(nb)
        page = resources.get("page") or Page(title=content.title)
        return render("chapter.html.j2", page=page, content=content), resources


def read(nb: NotebookNode) -> Content:
    """Take the shown content out of an executed notebook; cells tagged ``kern`` are the chapter's highlights."""
    fragments = _once([(cell, _fragment(cell)) for cell in nb.cells])
    highlights = tuple(html for cell, html in fragments if "kern" in cell.metadata.get("tags", []))
    body, sections = outline(Markup("\n").join(distinct(html for _, html in fragments if html)))
    return Content(_title(nb), body, highlights, sections)


def _once(fragments: list[tuple[NotebookNode, Markup]]) -> list[tuple[NotebookNode, Markup]]:
    """Say a gap only once under a heading, though several cells run into it."""
    seen: set[str] = set()
    kept = []
    for cell, html in fragments:
        if cell.cell_type == "markdown" and cell.source.startswith("#"):
            seen.clear()
        if not (html.startswith('<p class="note">') and html in seen):
            kept.append((cell, html))
        seen.add(html)
    return kept


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
    environment.filters["first_answer"] = _first_answer
    return environment


def _first_answer(highlights: Iterable[Markup]) -> Markup:
    """The sentence that says most about a chapter: the first answer among its highlights."""
    found = re.search(r'<p class="answer">.*?</p>', "".join(highlights), flags=re.DOTALL)
    return Markup(found[0]) if found else Markup("")


def _title(nb: NotebookNode) -> str:
    first = next((cell.source for cell in nb.cells if cell.cell_type == "markdown"), "")
    return str(first.partition("\n")[0].lstrip("# "))


def _fragment(cell: NotebookNode) -> Markup:
    if cell.cell_type == "markdown":
        return _markdown(cell.source)
    return Markup("\n").join(_output(output) for output in cell.get("outputs", []))


def _output(output: NotebookNode) -> Markup:
    """HTML made by our display layer is trusted: it escapes every text that came from outside."""
    data = output.get("data", {})
    if "text/html" in data:
        return Markup(data["text/html"])
    return _markdown(data["text/markdown"]) if "text/markdown" in data else Markup("")


def _markdown(text: str) -> Markup:
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    return Markup(MarkdownWithMath(renderer=renderer).render(text))
