"""Zip files whose bytes depend on their content only: one date, no compression."""

from __future__ import annotations

import io
import zipfile

MOMENT = (2023, 9, 1, 12, 0, 0)


def stored(members: dict[str, bytes]) -> bytes:
    """Pack files into a zip file without compression, because compressed bytes differ between versions of zlib.

    Parameters
    ----------
    members : dict of str to bytes
        Content by name in the zip file.

    Returns
    -------
    bytes
        The zip file, with its members in order of name.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.create_system = 3  # otherwise the platform shows in the bytes
            target.writestr(entry, members[name])
    return packed.getvalue()
