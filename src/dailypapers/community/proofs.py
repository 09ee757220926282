"""What shows by itself that a person is an author: nobody needs to decide on it."""

import re

from allauth.account.models import EmailAddress

from dailypapers.catalogue.models import Author, Correction
from dailypapers.community.models.claims import Claim
from dailypapers.community.models.people import User

_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


def proof_of(person: User, author: Author) -> str:
    """By what the paper's record shows that a person is one of its authors: a `Claim.How`, or nothing.

    An ORCID counts as ORCID itself confirmed it, an e-mail address if it was confirmed here. What authors put
    right themselves proves nothing.
    """
    if person.orcid and author.orcid and person.orcid.casefold() == author.orcid.casefold():
        return Claim.How.ORCID
    named = {address.rstrip(".").casefold() for address in _ADDRESS.findall(_affiliation(author))}
    if named:
        own = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
        if named & {address.casefold() for address in own}:
            return Claim.How.EMAIL
    return ""


def _affiliation(author: Author) -> str:
    """The affiliation as sources tell it."""
    corrected = Correction.objects.filter(
        paper_id=author.paper_id, kind="affiliation", position=author.position
    )
    return corrected.values_list("before", flat=True).first() or (
        "" if corrected.exists() else author.affiliation
    )
