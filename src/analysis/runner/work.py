"""The chapters of one report: where each is kept, and whether it is still what its inputs make it.

Nothing heavy is imported here, so that finding out that nothing has to be done takes no time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from . import inputs, kept
from .chapters import Chapter
from .inputs import Inputs, Used
from .parameters import Parameters


@dataclass(frozen=True)
class Work:
    """The chapters of one report: where they are kept, and what they are made from."""

    parameters: Parameters
    processed: Path
    folder: Path

    def place(self, chapter: Chapter) -> Path:
        """The folder of a chapter."""
        return self.folder / chapter.path.stem

    def inputs(self, chapter: Chapter, used: Used) -> Inputs:
        """What a chapter is made from, as it is now."""
        return inputs.of_chapter(chapter, self.parameters, self.processed, used)

    def outdated(self, chapter: Chapter) -> list[str] | None:
        """Names of the inputs that changed since the chapter was made; ``None`` when it never was."""
        stamp = kept.read(self.place(chapter))
        if stamp is None:
            return kept.damaged(self.place(chapter)) or None
        return stamp.outdated(self.inputs(chapter, Used(**stamp.about["used"])))
