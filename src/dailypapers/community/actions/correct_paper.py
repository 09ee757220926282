"""What confirmed authors put right of their papers, and moderators who undo it."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from dailypapers.catalogue.correcting import correct, without
from dailypapers.catalogue.corrections import BY_AUTHOR, correction_key, find_place, subject_of
from dailypapers.catalogue.records import Correction, PaperRecord
from dailypapers.community import texts, web_addresses
from dailypapers.community.access import Invalid, Refused, checked_reason, require_active, require_moderator
from dailypapers.community.actions import notify
from dailypapers.community.authorship import is_author
from dailypapers.community.limits import AN_HOUR, allow
from dailypapers.community.models.claims import Amendment, Claim
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.notifications import Kind
from dailypapers.community.models.people import User
from dailypapers.community.moderation_log import enter

log = logging.getLogger(__name__)

KINDS = ("code", "project", "model", "dataset", "media")
"""Links that authors know best. Where the paper itself is to be had, sources know."""
MOST_LINKS = 20
"""Links of one kind and all, that a paper may have by its authors."""
LONGEST_SUMMARY = 300
LONGEST_AFFILIATION = 300


def add_link(*, person: User, paper_id: int, kind: str, url: str, now: datetime | None = None) -> PaperRecord:
    """Add a link to a paper of one's own. Raises `Refused` for one that is not public, and to others."""
    if kind not in KINDS:
        raise Invalid("Choose what the link leads to.")
    url = web_addresses.checked(url)

    def change(held: PaperRecord) -> Correction:
        if any(subject_of(link) == f"{kind} {url}" for link in held.links):
            raise Refused("The paper has this link already.")
        if sum(one.kind == "link" for one in held.corrections) >= MOST_LINKS:
            raise Refused(f"A paper has up to {MOST_LINKS} links by its authors.")
        return Correction("link", f"{kind} {url}")

    return _amend(person, paper_id, change, now)


def take_off_link(
    *, person: User, paper_id: int, kind: str, url: str, now: datetime | None = None
) -> PaperRecord:
    """Take a wrong link off a paper of one's own, whoever told it. Raises `Refused`."""

    def change(held: PaperRecord) -> Correction:
        subject = f"{kind} {url}"
        if kind not in KINDS or not any(subject_of(link) == subject for link in held.links):
            raise Refused("The paper has no such link that an author could take off.")
        return Correction("no-link", subject)

    return _amend(person, paper_id, change, now)


def summarize(*, person: User, paper_id: int, text: str, now: datetime | None = None) -> PaperRecord:
    """Say in a sentence what a paper of one's own is about; an empty one takes it back. Raises `Refused`."""
    text = _cleaned(text, LONGEST_SUMMARY, "A summary")
    return _amend(person, paper_id, lambda _: Correction("summary", text=text), now)


def affiliate(*, person: User, paper_id: int, text: str, now: datetime | None = None) -> PaperRecord:
    """Say where one was when one wrote a paper; empty, what sources say counts again. Raises `Refused`."""
    text = _cleaned(text, LONGEST_AFFILIATION, "An affiliation")

    def change(held: PaperRecord) -> Correction:
        mine = Claim.objects.get(person=person, paper_id=paper_id)
        place = find_place([author.name for author in held.authors], mine.name, mine.position)
        if place is None:
            raise Refused(f"{mine.name} is not named on the paper any more.")
        return Correction("affiliation", held.authors[place].name, place, text)

    return _amend(person, paper_id, change, now)


def undo(*, amendment_id: int, by: User, reason: str, now: datetime | None = None) -> Amendment:
    """Undo what an author put right, for moderators. Raises `Refused`."""
    require_moderator(by)
    reason = checked_reason(reason)
    now = now or timezone.now()
    with transaction.atomic():
        amendment = Amendment.objects.select_for_update().filter(pk=amendment_id, undone_at=None).first()
        if amendment is None:
            raise Refused("This does not hold any more.")
        _undo([amendment], by, reason, now)
        kind = Decision.Kind.UNDO_CORRECTION
        enter(kind, by=by, reason=reason, about=[amendment.person], paper_id=amendment.paper_id, now=now)
        if amendment.person_id is not None:
            notify.tell(
                person_id=amendment.person_id,
                kind=Kind.CLAIM,
                said=f"A moderator undid what you put right of a paper: {reason}",
                leads_to=reverse("corrections", args=[amendment.paper_id]),
                paper_id=amendment.paper_id,
                now=now,
            )
    log.info("%s undid a correction of paper %d: %s", by.handle, amendment.paper_id, reason)
    return amendment


def undo_all(*, person: User, paper_id: int, by: User, reason: str, now: datetime) -> None:
    """Undo all that someone put right of a paper who turned out to be none of its authors."""
    theirs = Amendment.objects.select_for_update().filter(person=person, paper_id=paper_id, undone_at=None)
    _undo(list(theirs), by, reason, now)


def lift(amendments: Iterable[Amendment], now: datetime) -> None:
    """Let what sources say count again in the place of these; their rows are the caller's affair."""
    by_paper: dict[int, list[Amendment]] = defaultdict(list)
    for one in amendments:
        by_paper[one.paper_id].append(one)
    for paper_id, some in by_paper.items():
        correct(paper_id, partial(_less, some), now)


def _less(amendments: Iterable[Amendment], held: PaperRecord) -> tuple[Correction, ...]:
    """The corrections of a paper that do not come from these amendments."""
    left = list(held.corrections)
    for one in amendments:
        # Another may stand in its place by now: authors change what they said, and papers are joined.
        same = [its for its in left if _comes_from(its, one)]
        if same:
            left.remove(min(same, key=lambda its: abs(its.position - one.position)))
    return tuple(left)


def _comes_from(correction: Correction, amendment: Amendment) -> bool:
    return (correction.kind, correction.subject, correction.text) == (
        amendment.kind,
        amendment.subject,
        amendment.text,
    )


def _amend(
    person: User, paper_id: int, change: Callable[[PaperRecord], Correction], now: datetime | None
) -> PaperRecord:
    """Lay a correction over a paper, or with an empty text take the one off that is there."""
    now = now or timezone.now()
    require_active(person, now)
    told = "That is much to put right. Go on in an hour."
    allow("correct", person, times=60, seconds=AN_HOUR, told=told)
    replaced: list[Correction] = []
    made: list[tuple[Correction, str]] = []

    def corrections(held: PaperRecord) -> tuple[Correction, ...]:
        new = change(held)
        key = correction_key(new)
        replaced.extend(one for one in held.corrections if correction_key(one) == key)
        if any((one.kind, one.text) == (new.kind, new.text) for one in replaced):
            replaced.clear()
            return held.corrections
        left = without(held, [key])
        if not new.text and new.kind in ("summary", "affiliation"):
            return left
        made.append((new, _said(held, new)))
        return (*left, new)

    with transaction.atomic():
        if not is_author(person, paper_id):
            log.warning("%s tried to correct paper %d of others", person.handle, paper_id)
            raise Refused("Only its confirmed authors can put this paper right.")
        after = correct(paper_id, corrections, now)
        for amendment in Amendment.objects.filter(paper_id=paper_id, undone_at=None):
            if any(_comes_from(one, amendment) for one in replaced):
                amendment.undone_at, amendment.undone_by = now, person
                amendment.save(update_fields=["undone_at", "undone_by"])
        for new, said_before in made:
            Amendment.objects.create(
                paper_id=paper_id,
                person=person,
                kind=new.kind,
                subject=new.subject,
                position=new.position,
                text=new.text,
                said_before=said_before,
                created_at=now,
            )
    for one in (*(new for new, _ in made), *(replaced if not made else ())):
        what = f"{one.kind} {one.subject}".strip()
        log.info("%s corrected paper %d: %s%s", person.handle, paper_id, what, "" if made else " taken back")
    return after


def _said(held: PaperRecord, new: Correction) -> str:
    """What the page said in the place of a correction."""
    if new.kind == "affiliation":
        return held.authors[new.position].affiliation
    if new.kind == "summary":
        return next((one.text for one in held.summaries if one.origin == BY_AUTHOR), "")
    return ""


def _cleaned(text: str, longest: int, what: str) -> str:
    if len(text) > 4 * longest or len(text := texts.line(text)) > longest:
        raise Invalid(f"{what} can have {longest} characters.")
    return text


def _undo(amendments: list[Amendment], by: User, reason: str, now: datetime) -> None:
    lift(amendments, now)
    for one in amendments:
        one.undone_at, one.undone_by, one.undone_for = now, by, reason
        one.save(update_fields=["undone_at", "undone_by", "undone_for"])
