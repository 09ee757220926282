"""The site about itself as Markdown: how it is made, how whole it is, what programs can read (llms.txt)."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_safe

from dailypapers.api.markdown.answer import as_markdown, site_of
from dailypapers.api.markdown.text import bullets, escaped, link, page
from dailypapers.catalogue.clock import today
from dailypapers.ingest.models import Coverage
from dailypapers.presentation.sources import label
from dailypapers.ranking import evidence, trending
from dailypapers.ranking.nearby import newest_day
from dailypapers.ranking.periods import NotAPeriod, Period
from dailypapers.ranking.signal_registry import all_signals

Named = tuple[str, str, str]
"""What something is called, its address, and what it is."""

LISTS: tuple[Named, ...] = (
    ("Newest papers", "/papers.md", "the newest day’s list"),
    ("Trending", "/papers/trending.md", "papers of the last weeks that people vote on and discuss"),
    (
        "A day",
        "/papers/date/2026-04-08.md",
        "any day; weeks are `/papers/week/2026-W15.md`, months `/papers/month/2026-04.md`",
    ),
    (
        "Search",
        "/search.md?q=language+models",
        "words and meaning; `author:`, `field:`, `after:`, `has:code` and `like:` narrow it",
    ),
    ("A paper", "/papers/2604.04913.md", "by any identifier: arXiv number, DOI, ACL Anthology, OpenReview"),
    ("Organizations", "/organizations.md", "with their papers"),
)
PROGRAMS: tuple[Named, ...] = (
    ("API", "/api/v1/docs", "our own, with OpenAPI at `/api/v1/openapi.json`"),
    (
        "Hugging Face papers API",
        "/api/daily_papers",
        "for `huggingface_hub` and `hf papers`: set `HF_ENDPOINT`",
    ),
    ("MCP", "/mcp", "a Model Context Protocol server (streamable HTTP)"),
    ("Feeds", "/papers.atom", "Atom, `.rss` or `.json` (JSON Feed) beside every list, search and discussion"),
    ("References", "/papers/2604.04913.bib", "`.bib`, `.ris` and `.json` (CSL) beside every paper"),
    ("Sitemap", "/sitemap.xml", "every paper"),
)
OPTIONAL: tuple[Named, ...] = (
    ("How the lists are made", "/about.md", "the formula of the order"),
    ("How whole they are", "/status/coverage.md", "announced and held, day by day, source by source"),
)
SUMMARY = (
    "> The daily front page of new research: papers of the day from arXiv and other sources, with votes, "
    "comments, search, and lists by day, week, month and field. Whatever a visitor sees can be read as "
    "Markdown, feeds and JSON."
)
HOW = (
    "Every page is Markdown at its address with `.md`, and under its own address for a request with "
    "`Accept: text/markdown`. Lists take `?field=cs.CL` (or an archive, `cs`), `?show=submitted`, "
    "`?order=trending`, `votes` or `newest`, and `?page=2`. Reading needs no account."
)


@as_markdown
def about(request: HttpRequest) -> str:
    """What a day lists, and how lists and results are ordered."""
    signals, site = all_signals(), site_of(request)
    formula = "\n     + ".join(f"{one.weight} · {one.formula}" for one in signals)
    followed = ", ".join(map(escaped, settings.FIELDS))
    sources = ", ".join(escaped(label(name)) for name in settings.SOURCES)
    return page(
        "# How this site is made",
        "## What a day lists",
        f"Everything announced or put forward that day{f' in {followed}' if followed else ''}. A paper’s day "
        "is the day it was first announced or put forward, whichever came first; a day begins at midnight in "
        f"the zone {escaped(settings.LISTING_ZONE.key)}. New versions, cross-listings and the published copy "
        "are one paper.",
        f"Sources: {sources}. {link('How whole the days are', f'{site}/status/coverage.md')}",
        "## How a list is ordered",
        f"```\nheat = {formula}\n"
        f"trending = heat + days since {trending.EPOCH} / {trending.DAYS_PER_DOUBLING}\n```",
        bullets(f"{one.name.capitalize()}: {escaped(one.why)}" for one in signals),
        f"k is what a vote in the paper’s field counts: {evidence.USUAL_BEST} divided by the votes that the "
        f"best paper of a week has there, on average over {evidence.WEEKS} weeks, at least "
        f"{evidence.FEWEST_USUAL}. Within a day, a week or a month heat orders; across days, trending does.",
        "## How results are ordered",
        "The score of a paper for a query is the sum of two parts: for its words (BM25 over title, abstract "
        "and authors) and for its meaning (how near the query lies to the paper). Votes do not change it.",
    )


@as_markdown
def coverage(request: HttpRequest) -> str:
    """What each source announced in a month, day by day, and how much of it is held."""
    if text := request.GET.get("month", ""):
        try:
            month = Period.parse("month", text)
        except NotAPeriod as problem:
            raise Http404(str(problem)) from None
    else:
        month = Period.of("month", newest_day(today()) or today())
    rows = Coverage.objects.filter(day__range=(month.first, month.last)).order_by("source", "day")
    lines = [
        f"| {escaped(label(row.source))} | {row.day} | {row.announced:,} | {row.held:,} | {row.state} |"
        for row in rows
    ]
    head = "| Source | Day | Announced | Held | State |\n|---|---|---:|---:|---|"
    earlier = Period.of("month", month.first - timedelta(days=1))
    before = f"{site_of(request)}/status/coverage.md?month={earlier.text}"
    return page(
        f"# Coverage, {month.first:%B %Y}",
        "What each source announced, day by day, and how much of it is held.",
        "\n".join([head, *lines]) if lines else "No source was asked about this month.",
        link(f"{earlier.first:%B %Y}", before) if earlier.has_list else "",
    )


@require_safe
def llms(request: HttpRequest) -> HttpResponse:
    """What a language model or an agent can read here, as llmstxt.org has it."""
    site = site_of(request)
    text = page(
        f"# {escaped(settings.SITE_NAME)}",
        SUMMARY,
        HOW,
        "## Lists",
        "\n".join(_named(LISTS, site)),
        "## For programs",
        "\n".join(_named(PROGRAMS, site)),
        "## Optional",
        "\n".join(_named(OPTIONAL, site)),
    )
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _named(those: tuple[Named, ...], site: str) -> Iterator[str]:
    """What of it there is: an address that the site does not serve is not named."""
    for name, address, what in those:
        try:
            resolve(address.partition("?")[0])
        except Resolver404:
            continue
        yield f"- {link(name, site + address)}: {what}"
