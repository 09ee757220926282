"""A card as templates need it: everything decided here, nothing looked up there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.contrib.auth.models import AnonymousUser

from dailypapers.catalogue.cards import Card
from dailypapers.catalogue.identifiers import parse, url_of
from dailypapers.catalogue.models import Artifact, Mention
from dailypapers.catalogue.records import Authority
from dailypapers.community.collecting import Keeping, keeping
from dailypapers.community.models.comments import Discussion
from dailypapers.community.models.people import User
from dailypapers.community.submitting import Submitted, submitted
from dailypapers.community.voting import Voting, voting
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.media import covers
from dailypapers.presentation.pictures import picture_address
from dailypapers.presentation.sentences import first_sentences
from dailypapers.presentation.sources import label
from dailypapers.presentation.voting import ShownVotes, shown_votes
from dailypapers.ranking import trending
from dailypapers.ranking.lists import Entry

TEASER = 240
"""Characters of the abstract that a card shows, to the end of a sentence."""


_teaser = lru_cache(maxsize=2_048)(first_sentences)
"""The lists of the newest days show the same papers all day, and finding their sentences takes time."""


@dataclass(frozen=True, slots=True)
class ShownCard:
    """One paper of a list, ready for the template."""

    card: Card
    sentences: str
    picture: str
    votes: ShownVotes
    comments: int
    """Those written elsewhere."""
    comments_here: int
    by_authors: int
    """Those of the comments here that authors of the paper wrote."""
    mention: Mention | None
    mention_source: str
    code: Artifact | None
    pdf: Artifact | None
    submitted: Submitted | None
    """Who put it forward here."""
    put_forward_later: date | None
    """The day it was put forward, where that is later than the day it was announced."""
    why: str
    address: str
    short_address: str
    kept: Keeping
    """What the reader keeps of it."""

    @property
    def is_sample(self) -> bool:
        """Whether the words come from the bundled sample."""
        return self.card.paper.authority == Authority.SAMPLE


def shown_cards(
    cards: Sequence[Card], entries: Mapping[int, Entry], viewer: User | AnonymousUser
) -> Iterator[ShownCard]:
    """What a list shows of its papers; what people gave and keep is looked up for all of them together."""
    papers = [card.paper.pk for card in cards]
    found, kept = voting(papers, viewer), keeping(papers, viewer)
    put_forward = submitted(papers)
    added = covers(list(put_forward))
    said = Discussion.objects.filter(paper__in=papers, comments__gt=0).in_bulk()
    for card in cards:
        pk = card.paper.pk
        entry = entries.get(pk) or Entry(pk, announced=True, submitted=False)
        yield shown_card(
            card, entry, found[pk], said.get(pk), put_forward.get(pk), kept[pk], added.get(pk, "")
        )


def shown_card(
    card: Card,
    entry: Entry,
    voting: Voting,
    said: Discussion | None = None,
    submitted: Submitted | None = None,
    kept: Keeping | None = None,
    cover: str = "",
) -> ShownCard:
    """Decide what a list shows of a paper."""
    text = card.paper.abstract or next((summary.text for summary in card.summaries if summary.text), "")
    mention = max(card.mentions, key=lambda one: one.votes, default=None)
    votes = shown_votes(voting, card.mentions)
    comments = sum(one.comments for one in card.mentions)
    comments_here = said.comments if said else 0
    put_forward = submitted or mention
    code = card.links.get("code")
    return ShownCard(
        card=card,
        sentences=_teaser(text, TEASER),
        picture=picture_address(card.paper, cover),
        votes=votes,
        comments=comments,
        comments_here=comments_here,
        by_authors=said.by_authors if said else 0,
        mention=mention,
        mention_source=label(mention.source) if mention else "",
        code=code,
        pdf=card.links.get("pdf"),
        submitted=submitted,
        put_forward_later=put_forward.day
        if put_forward and card.day and put_forward.day > card.day
        else None,
        address=address_of(card.paper.handle),
        short_address=short_address(card.paper.handle),
        kept=kept or Keeping(card.paper.pk),
        why=why(
            entry,
            label(mention.source) if mention else "",
            votes.here,
            comments_here,
            by_us=submitted is not None,
        ),
    )


def short_address(handle: str) -> str:
    """What a printed list shows: `arxiv.org/abs/2604.04913`."""
    reference = parse(handle)
    return url_of(reference.identifier).removeprefix("https://") if reference else handle


def why(
    entry: Entry, community: str = "", votes_here: int = 0, comments_here: int = 0, *, by_us: bool = False
) -> str:
    """Why the paper stands where it stands, with the numbers of the formula and who gave the votes."""
    by = "by a reader here" if by_us else "by readers elsewhere"
    came = {
        (True, True): f"Announced, and put forward {by}",
        (True, False): "Announced",
        (False, True): f"Put forward {by}",
        (False, False): "Listed",
    }[entry.announced, entry.submitted]
    named = [f"{part.amount} {part.value:.1f}" for part in trending.parts(entry.evidence) if part.value]
    if not named:
        return f"{came}. Nobody has voted or commented yet: heat 0."
    heat = f"{came}. Heat {trending.heat(entry.evidence):.1f}: {' + '.join(named)}."
    if (factor := entry.evidence.factor) != 1:
        heat += f" A vote in its field counts {factor:.2g}."
    if not community:
        return heat
    here = {"votes": votes_here, "comments": comments_here}
    ours = " and ".join(f"{number:,} of the {name}" for name, number in here.items() if number)
    if ours:
        return f"{heat} {ours} came from readers here, the others from {community}."
    return f"{heat} Votes and comments are those of {community}."
