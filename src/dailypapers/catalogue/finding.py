"""From what someone typed to the paper it means."""

from dailypapers.catalogue.identifiers import Reference, parse
from dailypapers.catalogue.models import Identifier, Paper


def find(text: str) -> tuple[Paper, Reference] | None:
    """The paper that an identifier in any form (with or without version, prefix or whole URL) names.

    None when the text is no identifier or the paper is not held. One query, and another where a slash at
    the end may be one too many: a DOI can end in one.
    """
    found = _find(text)
    return _find(text.rstrip("/")) if found is None and text.endswith("/") else found


def _find(text: str) -> tuple[Paper, Reference] | None:
    reference = parse(text)
    if reference is None:
        return None
    scheme, value = reference.identifier
    found = Identifier.objects.select_related("paper").filter(scheme=scheme, value=value).first()
    return (found.paper, reference) if found else None
