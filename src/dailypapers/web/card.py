"""A card as templates need it: everything decided here, nothing looked up there."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dailypapers.catalogue.cards import Card
from dailypapers.catalogue.identifiers import parse, url_of
from dailypapers.catalogue.models import Artifact, Mention
from dailypapers.catalogue.records import Authority
from dailypapers.ranking.lists import Entry
from dailypapers.ranking.trending import Evidence
from dailypapers.web.addresses import address_of
from dailypapers.web.pictures import picture_address
from dailypapers.web.sentences import first_sentences
from dailypapers.web.sources import label

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
    votes: int
    comments: int
    mention: Mention | None
    mention_source: str
    code: Artifact | None
    pdf: Artifact | None
    put_forward_later: date | None
    """The day it was put forward, where that is later than the day it was announced."""
    why: str
    address: str
    short_address: str

    @property
    def is_sample(self) -> bool:
        """Whether the words come from the bundled sample."""
        return self.card.paper.authority == Authority.SAMPLE


def shown_card(card: Card, entry: Entry) -> ShownCard:
    """Decide what a list shows of a paper."""
    text = card.paper.abstract or next((summary.text for summary in card.summaries if summary.text), "")
    mention = max(card.mentions, key=lambda one: one.votes, default=None)
    votes = sum(one.votes for one in card.mentions)
    comments = sum(one.comments for one in card.mentions)
    code = card.links.get("code")
    return ShownCard(
        card=card,
        sentences=_teaser(text, TEASER),
        picture=picture_address(card.paper),
        votes=votes,
        comments=comments,
        mention=mention,
        mention_source=label(mention.source) if mention else "",
        code=code,
        pdf=card.links.get("pdf"),
        put_forward_later=mention.day if mention and card.day and mention.day > card.day else None,
        address=address_of(card.paper.handle),
        short_address=short_address(card.paper.handle),
        why=why(
            entry,
            Evidence(votes, comments, (code.stars if code else None) or 0),
            label(mention.source) if mention else "",
        ),
    )


def short_address(handle: str) -> str:
    """What a printed list shows: `arxiv.org/abs/2604.04913`."""
    reference = parse(handle)
    return url_of(reference.identifier).removeprefix("https://") if reference else handle


def why(entry: Entry, evidence: Evidence, community: str = "") -> str:
    """Why the paper stands where it stands, with the numbers of the formula and who gave the votes."""
    came = {
        (True, True): "Announced, and put forward by readers elsewhere",
        (True, False): "Announced",
        (False, True): "Put forward by readers elsewhere",
        (False, False): "Listed",
    }[entry.announced, entry.submitted]
    parts = evidence.parts()
    named = [
        f"{getattr(evidence, name):,} {name if getattr(evidence, name) != 1 else name[:-1]} {value:.1f}"
        for name, value in parts.items()
        if value
    ]
    if not named:
        return f"{came}. Nobody has voted or commented yet: heat 0."
    heat = f"{came}. Heat {sum(parts.values()):.1f}: {' + '.join(named)}."
    return f"{heat} Votes and comments are those of {community}." if community else heat
