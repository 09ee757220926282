"""One paper as Markdown: all that its page says of it to a visitor."""

from collections.abc import Iterator
from urllib.parse import quote

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from dailypapers.api.markdown.answer import answer, as_markdown, site_of
from dailypapers.api.markdown.text import bullets, counted, escaped, link, page, paragraphs, quoted, told
from dailypapers.catalogue.finding import find
from dailypapers.catalogue.hiding import reason_for
from dailypapers.catalogue.holding import held_records
from dailypapers.catalogue.identifiers import parse, url_of
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import PaperRecord
from dailypapers.community.models.comments import Comment, Discussion
from dailypapers.community.voting import voting
from dailypapers.presentation import citations
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.fields import is_field
from dailypapers.presentation.fields import name as field_name
from dailypapers.presentation.labels import LINK_NAMES, SCHEME_NAMES
from dailypapers.presentation.sources import label
from dailypapers.ranking import trending
from dailypapers.ranking.models import Score

NAMED_AUTHORS = 100
MOST_COMMENTS = 200


@as_markdown
def paper(request: HttpRequest, handle: str) -> HttpResponse | str:
    """The paper that an identifier names; other forms of it are sent to its one address."""
    found = find(handle)
    if found is None:
        raise Http404(_not_held(handle))
    one, _ = found
    if handle != one.handle:
        return HttpResponsePermanentRedirect(f"{address_of(one.handle)}.md")
    if hidden := reason_for(one):
        return answer(page("# Hidden by moderators", escaped(hidden)), 410)
    return written(one, site_of(request))


def _not_held(handle: str) -> str:
    reference = parse(handle)
    if reference is None:
        return "No paper has this address. Papers are found by arXiv number, DOI or another identifier."
    elsewhere = url_of(reference.identifier)
    return f"We do not hold {reference.identifier}." + (f" It may be at {elsewhere}" if elsewhere else "")


def written(one: Paper, site: str) -> str:
    """A paper as Markdown; whether it may be seen was asked before."""
    record = held_records([one.pk], most_authors=NAMED_AUTHORS)[one.pk]
    address = site + address_of(one.handle)
    withdrawn = citations.withdrawn(record)
    return page(
        f"# {told(record.title) or escaped(one.handle)}",
        f"**{escaped(withdrawn)}**" if withdrawn else "",
        _authors(one, record),
        bullets(_facts(one, record, site)),
        f"## Abstract\n\n{text}" if (text := paragraphs(record.abstract)) else "",
        *_summaries(record),
        _score(one, record, site),
        *_discussion(one, address),
        "## Elsewhere on this site",
        bullets(_beside(one, address, site)),
    )


def _beside(one: Paper, address: str, site: str) -> Iterator[str]:
    yield link("The page", address)
    forms = (("BibTeX", "bib"), ("RIS", "ris"), ("CSL-JSON", "json"))
    yield f"References: {', '.join(link(name, f'{address}.{ending}') for name, ending in forms)}"
    yield f"Comments as a feed: {link('Atom', f'{address}/comments.atom')}"
    alike = quote(f"like:{one.handle}", safe=":")
    yield f"Papers like it: {link('search', f'{site}/search.md?q={alike}')}"


def _authors(one: Paper, record: PaperRecord) -> str:
    named = ", ".join(
        link(author.name, f"https://orcid.org/{author.orcid}") if author.orcid else told(author.name)
        for author in record.authors
    )
    more = one.author_count - len(record.authors)
    return f"{named or 'No authors named'}{f' and {more:,} more' if more > 0 else ''}"


def _facts(one: Paper, record: PaperRecord, site: str) -> Iterator[str]:
    for listed in record.listed:
        how = "Put forward" if listed.submitted else "Announced"
        if listed.precision == "day":
            yield f"{how}: {link(listed.day.isoformat(), f'{site}/papers/date/{listed.day}.md')}"
        else:
            yield f"{how}: {link(f'{listed.day:%Y-%m}', f'{site}/papers/month/{listed.day:%Y-%m}.md')}"
    if record.day and record.precision != "none":
        shown = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[record.precision]
        yield f"Appeared: {record.day.strftime(shown)}"
    if record.categories:
        fields = (f"{it} ({field_name(it)})" if is_field(it) else it for it in record.categories)
        yield f"Fields: {', '.join(map(escaped, fields))}"
    if record.venue:
        yield f"Venue: {told(record.venue)}"
    for name in record.identifiers:
        shown = SCHEME_NAMES[name.scheme]
        yield f"{shown}: {link(name.value, url) if (url := url_of(name)) else escaped(name.value)}"
    for one_link in record.links:
        if one_link.kind in LINK_NAMES and one_link.url.startswith(("http://", "https://")):
            stars = f" ({one_link.stars:,} stars)" if one_link.stars else ""
            yield f"{LINK_NAMES[one_link.kind]}: {link(one_link.url, one_link.url)}{stars}"
    if record.versions:
        versions = (f"v{it.number}{f' {it.day}' if it.day else ''}" for it in record.versions)
        yield f"Versions: {', '.join(versions)}"
    if record.comment:
        yield f"Authors’ comment: {told(record.comment)}"
    if record.licence:
        yield f"Licence: {escaped(record.licence)}"
    yield f"Words from: {escaped(label(record.source))}"


def _summaries(record: PaperRecord) -> Iterator[str]:
    for summary in record.summaries:
        if not summary.text:
            continue
        if summary.origin == "author":
            by = "In a sentence, by an author"
        elif summary.origin == "sample":
            by = "Summary, from the bundled sample"
        else:
            by = f"Summary from {label(summary.origin)}"
            by += f", written by {summary.model}" if summary.model else ""
        keywords = f"\n\nKeywords: {', '.join(map(told, summary.keywords))}" if summary.keywords else ""
        yield f"## {escaped(by)}\n\n{paragraphs(summary.text)}{keywords}"


def _score(one: Paper, record: PaperRecord, site: str) -> str:
    here = voting([one.pk], AnonymousUser(), 0)[one.pk].votes
    lines = [f"{counted(here, 'vote')} here"]
    for mention in record.mentions:
        source = label(mention.source)
        by = f"put forward by {escaped(mention.submitter)}" if mention.submitter else ""
        rest = ", ".join(part for part in (by, escaped(mention.organization), str(mention.day)) if part)
        where = link(source, mention.url) if mention.url else escaped(source)
        lines.append(
            f"{counted(mention.votes, 'vote')}, {counted(mention.comments, 'comment')} on {where}, {rest}"
        )
    score = Score.objects.filter(paper=one.pk).first()
    if score is not None:
        parts = " + ".join(
            f"{part.value:.3f} ({escaped(part.amount)})" for part in trending.parts(score.evidence)
        )
        lines.append(f"Heat {score.heat:.3f} = {parts}; {link('the formula', f'{site}/about.md')}")
        lines.append(f"Trending {score.trending:.3f} = heat + {trending.day_part(score.day):.3f} for its day")
    return f"## Votes and score\n\n{bullets(lines)}"


def _discussion(one: Paper, address: str) -> Iterator[str]:
    held = Discussion.objects.filter(paper=one).first()
    readable = Comment.objects.filter(paper=one, hidden_at=None).select_related("author").order_by("pk")
    said = list(readable[:MOST_COMMENTS]) if held else []
    if not said:
        return
    total = max(held.comments if held else 0, len(said))
    yield f"## Discussion ({counted(total, 'comment')})"
    yield "What people wrote, quoted as they wrote it."
    known = {comment.pk for comment in said}
    for comment in said:
        yield f"### {_heading(comment, known)}"
        if comment.quote:
            yield f"On “{told(comment.quote)}”:"
        yield quoted(comment.body)
    if total > len(said):
        yield f"{total - len(said):,} more: {link('the discussion', f'{address}#discussion')}"


def _heading(comment: Comment, known: set[int]) -> str:
    name = comment.author.shown_name if comment.author else "someone who has left"
    author = ", an author of the paper" if comment.is_by_author else ""
    answers = f", to comment {comment.parent_id}" if comment.parent_id in known else ""
    when = f"{comment.created_at:%Y-%m-%d %H:%M} UTC"
    return f"Comment {comment.pk} by {escaped(name)}{author}{answers}, {when}"
