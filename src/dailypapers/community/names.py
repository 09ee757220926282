"""Names that would be taken for those of whoever runs the site."""

import unicodedata

from django.db.models import Q

from dailypapers.community.models.people import User

TAKEN = "This name reads like that of someone who runs the site. Choose another."

_LOOK_ALIKE = str.maketrans("аеорсухіјѕԁһкмтвнαορτυνικ01|", "aeopcyxijsdhkmtbhaoptuvikoll")
"""Letters that look like Latin ones, in small form, and digits that look like letters."""


def is_of_staff(name: str, person: User | None = None) -> bool:
    """Whether a moderator or administrator other than the person reads like this name."""
    looks = folded(name)
    if not looks:
        return False
    staff = User.objects.filter(Q(is_moderator=True) | Q(is_superuser=True) | Q(is_staff=True))
    own = person.pk if person else None
    others = [one for one in staff.filter(is_active=True).only("handle", "name") if one.pk != own]
    return any(folded(one.shown_name) == looks for one in others)


def folded(name: str) -> str:
    """What names have in common that are read as one.

    That is without case, accents, spaces and points, and with look-alikes as the letters they look like.
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(filter(str.isalnum, plain)).translate(_LOOK_ALIKE)
