"""Results as a reader sees them: Dutch sentences, charts, tables, and where each number comes from.

Importing this package registers how every kind of result is shown.
"""

from . import breaks, caveats, charts, register, sentences, tables, voting

__all__ = ["breaks", "caveats", "charts", "register", "sentences", "tables", "voting"]
