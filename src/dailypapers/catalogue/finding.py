"""From what someone typed to the paper it means."""

from dailypapers.catalogue.identifiers import Reference, parse
from dailypapers.catalogue.models import Identifier, Paper


def find(text: str) -> tuple[Paper, Reference] | None:
    """The paper that an identifier in any form (with or without version, prefix or whole URL) names.

    None when the text is no identifier or the paper is not held. One query.
    """
    reference = parse(text)
    if reference is None:
        return None
    scheme, value = reference.identifier
    found = Identifier.objects.select_related("paper").filter(scheme=scheme, value=value).first()
    return (found.paper, reference) if found else None
