"""LanceDB, imported without what it imports for a service that we never ask.

LanceDB can keep its tables by way of an HTTP service, and imports the generated client of one whether it is
used or not. To make ready its few hundred calls, pydantic takes as long as all the rest of the import: a
second of a slow processor, in every process that searches.
"""

import sys
from threading import Lock
from types import ModuleType
from typing import Any, Final

_CLIENT: Final = "lance_namespace_urllib3_client.api"
_CALLS: Final = (
    "branch_api",
    "data_api",
    "index_api",
    "materialized_view_api",
    "metadata_api",
    "namespace_api",
    "table_api",
    "tag_api",
    "transaction_api",
)

_importing = Lock()


def lancedb() -> Any:
    """The module. Whoever wants the client itself imports it as ever."""
    with _importing:
        if "lancedb" in sys.modules:
            return sys.modules["lancedb"]
        left_out = [name for name in (f"{_CLIENT}.{call}" for call in _CALLS) if name not in sys.modules]
        sys.modules.update({name: _LeftOut(name) for name in left_out})
        try:
            import lancedb

            return lancedb
        finally:
            for name in left_out:
                sys.modules.pop(name, None)


class _LeftOut(ModuleType):
    """Stands in for a module while others name what is in it."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})
