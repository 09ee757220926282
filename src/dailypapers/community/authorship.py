"""Who wrote which paper, as far as it was confirmed here.

Claims are still to come: until then nobody is known to be an author. Whatever confirms or denies one calls
`actions.comment.mark_author`, so that comments that were there before are marked too.
"""

from dailypapers.community.models.people import User


def is_author(person: User, paper_id: int) -> bool:
    """Whether a person has confirmed to be an author of a paper."""
    return bool(authors_among([person.pk], paper_id))


def authors_among(person_ids: list[int], paper_id: int) -> set[int]:
    """Which of these people have confirmed to be authors of a paper."""
    return set()


def authors_of(paper_id: int) -> set[int]:
    """The people who have confirmed to be authors of a paper."""
    return set()
