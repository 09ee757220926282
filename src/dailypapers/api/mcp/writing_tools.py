"""Tools that change something, each with a token that is good for it."""

from typing import Annotated

from mcp_types import CallToolResult
from pydantic import Field

from dailypapers.api.markdown.text import counted, escaped, page, quoted
from dailypapers.api.mcp import forms
from dailypapers.api.mcp.calling import given, person_for, session, site, told_of_failure
from dailypapers.api.mcp.reading_tools import PaperId
from dailypapers.api.v1 import comments
from dailypapers.api.v1.answers import forget
from dailypapers.api.v1.cursors import LARGEST
from dailypapers.api.v1.problems import not_found
from dailypapers.api.v1.reading import named
from dailypapers.community.actions import arrange
from dailypapers.community.actions import comment as comment_actions
from dailypapers.community.actions import vote as vote_actions
from dailypapers.community.collecting import readable
from dailypapers.community.comment_text import LONGEST
from dailypapers.community.models.comments import Comment
from dailypapers.ranking.refresh import refresh_paper

Number = Annotated[int, Field(ge=1, le=LARGEST)]


@told_of_failure
def vote(
    paper_id: PaperId,
    take_back: Annotated[bool, Field(description="Whether to take one's vote back instead.")] = False,
) -> Annotated[CallToolResult, forms.VoteChanged]:
    """Vote for a paper, or take the vote back. Doing either twice changes nothing."""
    person = person_for("vote")
    paper = named(paper_id, person)
    if take_back:
        changed = vote_actions.take_back(person=person, paper_id=paper.pk)
    else:
        address = session.get().address
        changed = vote_actions.vote(person=person, paper_id=paper.pk, address=address)
    if changed.outcome in ("counted", "taken back"):
        refresh_paper(paper.pk)
    forget()
    structured: forms.VoteChanged = {"outcome": changed.outcome, "votes": changed.votes}
    told = (
        f"{changed.outcome.capitalize()}. {escaped(paper.handle)} has {counted(changed.votes, 'vote')} here."
    )
    return given(page(told), structured)


@told_of_failure
def comment(
    paper_id: PaperId,
    body: Annotated[str, Field(min_length=1, max_length=LONGEST, description="Markdown, formulas as $x^2$.")],
    answers: Annotated[Number | None, Field(description="The number of the comment to answer.")] = None,
    quote: Annotated[str, Field(max_length=4_000, description="What of the abstract it is about.")] = "",
) -> Annotated[CallToolResult, forms.Comment]:
    """Comment on a paper under the name of the token's person, for everyone to read."""
    person = person_for("comment")
    paper = named(paper_id, person)
    written = comment_actions.write(
        person=person, paper_id=paper.pk, body=body.replace("\0", ""), answers=answers, quote=quote
    )
    refresh_paper(paper.pk)
    forget()
    row = Comment.objects.select_related("author", "paper").get(pk=written.pk)
    (told,) = comments.shown([row], site(), person)
    return given(page(f"Comment {written.pk}, at {told['url']}:", quoted(row.body)), told)


@told_of_failure
def collect(
    paper_id: PaperId,
    collection: Annotated[Number, Field(description="Its number; `my_collections` names them.")],
    note: Annotated[
        str | None, Field(max_length=2_000, description="Markdown; left out, a note stays as it is.")
    ] = None,
    take_out: Annotated[bool, Field(description="Whether to take it out instead.")] = False,
) -> Annotated[CallToolResult, forms.PlaceChanged]:
    """Put a paper into a collection of the token's person, with a note, or take it out."""
    person = person_for("collect")
    paper = named(paper_id, person)
    if readable(collection, person) is None:
        raise not_found("There is no such collection, or it is not yours.")
    if take_out:
        arrange.remove(person=person, collection_id=collection, paper_id=paper.pk)
        forget()
        return given(page("Taken out."), {"position": 0, "note": ""})
    found, new = arrange.add(person=person, collection_id=collection, paper_ids=[paper.pk])
    text = "" if note is None else note.replace("\0", "")
    if note is not None:
        place = arrange.note(person=person, collection_id=collection, paper_id=paper.pk, text=text)
    else:
        place = found.places.get(paper=paper)
    forget()
    told = f"{'Put into' if new else 'It was already in'} {escaped(found.name)}, at {place.position}."
    structured: forms.PlaceChanged = {"position": place.position, "note": place.note}
    return given(page(told), structured)
