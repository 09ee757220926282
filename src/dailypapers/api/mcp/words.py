"""What tools give, as Markdown: words of others stay words."""

from collections.abc import Sequence

from dailypapers.api.markdown.text import counted, escaped, link, page, told
from dailypapers.api.mcp.forms import FoundPaper
from dailypapers.api.v1.schemas.papers import Paper
from dailypapers.presentation.mathematics import plain

ABSTRACT = 1_500
AUTHORS = 10


def found(paper: Paper) -> FoundPaper:
    """A paper as lists show it."""
    text = paper["abstract"]
    return {
        "id": paper["id"],
        "title": paper["title"],
        "authors": [one["name"] for one in paper["authors"][:AUTHORS]],
        "author_count": paper["author_count"],
        "day": paper["day"],
        "fields": paper["fields"],
        "abstract": text if len(text) <= ABSTRACT else f"{text[: ABSTRACT - 1].rstrip()}…",
        "votes": paper["votes"]["total"],
        "comments": paper["comments"]["here"] + paper["comments"]["elsewhere"],
        "url": paper["url"],
        "code": next((one["url"] for one in paper["links"] if one["kind"] == "code"), None),
        "withdrawn": paper["withdrawn"] is not None,
    }


def listed(papers: Sequence[tuple[FoundPaper, str]], *before: str) -> str:
    """A list of papers, each with what is said of its place."""
    lines = []
    for number, (paper, why) in enumerate(papers, 1):
        more = paper["author_count"] - len(paper["authors"])
        names = ", ".join(told(one) for one in paper["authors"]) + (f" and {more:,} more" if more > 0 else "")
        facts = [
            f"id `{escaped(paper['id'])}`" if "`" not in paper["id"] else "",
            paper["day"] or "",
            counted(paper["votes"], "vote"),
            counted(paper["comments"], "comment"),
            link("code", paper["code"]) if paper["code"] else "",
            "**withdrawn**" if paper["withdrawn"] else "",
        ]
        lines += [
            f"{number}. {link(plain(paper['title']), paper['url'])}",
            *(f"   {line}" for line in (names, " · ".join(filter(None, facts)), escaped(why)) if line),
        ]
    return page(*before, "\n".join(lines) if lines else "No papers.")
