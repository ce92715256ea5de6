"""The answers that a table gave so far, so that a next try goes on where this one ended."""

from __future__ import annotations

import hashlib
from pathlib import Path

from .. import paths


class Answers:
    """A folder with each answer as it came; whether it still is, its checksum says.

    Parameters
    ----------
    folder : Path
        Of one edition and what is asked of it: another edition or another question has another folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def kept(self, name: str, address: str) -> bytes | None:
        """What an address answered before; nothing when it was not asked, or what is kept is not what came."""
        try:
            content, digest = (self.folder / name).read_bytes(), self._digest(name).read_text(encoding="ascii")
        except (OSError, ValueError):
            return None
        return content if digest == _checksum(address, content) else None

    def keep(self, name: str, address: str, content: bytes) -> None:
        """Keep what an address answered."""
        paths.write(self.folder / name, content)
        paths.write(self._digest(name), _checksum(address, content).encode())

    def clear(self) -> None:
        """Throw away all there is."""
        for path in self.folder.iterdir():
            path.unlink()

    def _digest(self, name: str) -> Path:
        return self.folder / f"{name}.sha256"


def _checksum(address: str, content: bytes) -> str:
    return hashlib.sha256(address.encode() + b"\n" + content).hexdigest()
