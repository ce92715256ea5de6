"""The nbconvert exporter ``raadsrapport``: an executed notebook as one page for the council.

The stock HTML exporter drops alternative texts, loads scripts from outside and shows code. This one renders Markdown
cells and HTML results into our own template, leaves everything else out, and escapes whatever is not our own markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from traitlets import default

from .dom import outline, with_unique_ids
from .page import Content, Page, render


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
        content = page_content(nb)
        page = resources.get("page") or Page(title=content.title)
        return render("chapter.html.j2", page=page, content=content), resources


def page_content(nb: NotebookNode) -> Content:
    """Extract the visible content from an executed notebook.

    Parameters
    ----------
    nb : NotebookNode
        Executed.

    Returns
    -------
    Content
        Title, body with an anchor for each question, and the questions.
    """
    fragments = _without_repeated_gaps((cell, _fragment(cell)) for cell in nb.cells)
    body, sections = outline(Markup("\n").join(with_unique_ids(html for html in fragments if html)))
    return Content(_title(nb), body, sections)


def _without_repeated_gaps(fragments: Iterable[tuple[NotebookNode, Markup]]) -> Iterator[Markup]:
    """Yield all but a repeated note on missing figures, so that cells state the same gap once under a heading."""
    seen: set[str] = set()
    for cell, html in fragments:
        if cell.cell_type == "markdown" and cell.source.startswith("#"):
            seen.clear()
        if not (html.startswith('<p class="note">') and html in seen):
            yield html
        seen.add(html)


def _title(nb: NotebookNode) -> str:
    first = next((cell.source for cell in nb.cells if cell.cell_type == "markdown"), "")
    return str(first.partition("\n")[0].lstrip("# "))


def _fragment(cell: NotebookNode) -> Markup:
    if cell.cell_type == "markdown":
        return _markdown(cell.source)
    return Markup("\n").join(_output(output) for output in cell.get("outputs", []))


def _output(output: NotebookNode) -> Markup:
    """Return the HTML of an output. HTML from our display layer is trusted: it escapes every text from outside."""
    data = output.get("data", {})
    if "text/html" in data:
        return Markup(data["text/html"])
    return _markdown(data["text/markdown"]) if "text/markdown" in data else Markup("")


def _markdown(text: str) -> Markup:
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    return Markup(MarkdownWithMath(renderer=renderer).render(text))
