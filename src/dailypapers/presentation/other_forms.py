"""What else a page can be had as: feeds, which readers of feeds find by it, and Markdown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OtherForms:
    """The addresses of a list as a feed and of its page as Markdown; empty where there is none."""

    title: str
    """What the feed is of, for who chooses between several; empty where the page has one."""
    rss: str = ""
    atom: str = ""
    json: str = ""
    markdown: str = ""


def forms_of(
    path: str, query: str = "", title: str = "", *, markdown: bool = False, json: str = "json"
) -> OtherForms:
    """The forms of the list at a path, asked for what `query` says (`field=cs.CL`).

    `markdown` says whether its page is to be had as Markdown, `json` is the ending of the feed where `.json`
    is taken.
    """
    asked = f"?{query}" if query else ""
    return OtherForms(
        title,
        rss=f"{path}.rss{asked}",
        atom=f"{path}.atom{asked}",
        json=f"{path}.{json}{asked}",
        markdown=f"{path}.md{asked}" if markdown else "",
    )
