"""A server that speaks arXiv's three protocols from a list of papers and announces days one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from xml.sax.saxutils import escape

from tests.origins.origin import Answer, Origin


@dataclass(frozen=True, slots=True)
class AnnouncedPaper:
    """What arXiv knows of a paper: `day` is that of its announcement."""

    number: str
    title: str
    authors: tuple[str, ...]
    day: date
    categories: tuple[str, ...] = ("cs.CL",)
    abstract: str = "We look at it closely."

    @property
    def created(self) -> date:
        """The day it was submitted: two days before it is announced."""
        return self.day - timedelta(days=2)


class ArxivOrigin(Origin):
    """Announces what `announce` was told of so far.

    `left_out` are numbers that the feed does not show though they are announced; `page_size` is that
    of OAI lists; with `repeats` set every resumption token is the same.
    """

    def __init__(self, papers: Iterable[AnnouncedPaper], page_size: int = 50) -> None:
        super().__init__()
        self.papers = {paper.number: paper for paper in papers}
        self.page_size = page_size
        self.today: date | None = None
        self.left_out: set[str] = set()
        self.repeats = False

    def announce(self, day: date) -> None:
        """Let the day's announcement be made."""
        self.today = day

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        """Any of the three protocols."""
        if path.startswith("/atom/"):
            return Answer(self._feed(path.rpartition("/")[2]).encode())
        if path == "/oai":
            return Answer(self._list(query).encode())
        if path == "/api/query":
            return Answer(self._query(query.get("id_list", "").split(",")).encode())
        return Answer(b"not found", "text/plain", 404)

    def _feed(self, archive: str) -> str:
        entries = [
            f"<entry><id>oai:arXiv.org:{paper.number}v1</id><title>{escape(paper.title)}</title>"
            f"<summary>arXiv:{paper.number}v1 Announce Type: new \n"
            f"Abstract: {escape(paper.abstract)}</summary>"
            + "".join(f'<category term="{name}"/>' for name in paper.categories)
            + f"<published>{paper.day}T00:00:00-04:00</published>"
            f"<arxiv:announce_type>new</arxiv:announce_type>"
            f"<dc:creator>{escape(', '.join(paper.authors))}</dc:creator></entry>"
            for paper in self.papers.values()
            if paper.day == self.today
            and paper.number not in self.left_out
            and paper.categories[0].split(".")[0] == archive
        ]
        return (
            '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"'
            ' xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<updated>{self.today}T04:00:00-04:00</updated>{''.join(entries)}</feed>"
        )

    def _list(self, query: dict[str, str]) -> str:
        token = query.get("resumptionToken", "")
        if token:
            first, last, offset = token.split("|")
        else:
            first, last, offset = query["from"], query.get("until", "9999-12-31"), "0"
        announced = [
            paper
            for paper in self.papers.values()
            if first <= paper.day.isoformat() <= last and self.today and paper.day <= self.today
        ]
        if not announced:
            return _oai('<error code="noRecordsMatch">nothing</error>')
        start = int(offset)
        after = start + self.page_size
        records = "".join(_oai_record(paper) for paper in announced[start:after])
        next_token = f"{first}|{last}|{0 if self.repeats else after}" if after < len(announced) else ""
        if self.repeats:
            next_token = f"{first}|{last}|0"
        size = f'cursor="{start}" completeListSize="{len(announced)}"'
        return _oai(
            f"<ListRecords>{records}<resumptionToken {size}>{next_token}</resumptionToken></ListRecords>"
        )

    def _query(self, numbers: list[str]) -> str:
        entries = []
        for number in numbers:
            paper = self.papers.get(number)
            if paper is not None and self.today is not None and paper.day <= self.today:
                authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in paper.authors)
                entries.append(
                    f"<entry><id>http://arxiv.org/abs/{number}v1</id><title>{escape(paper.title)}</title>"
                    f"<summary>{escape(paper.abstract)}</summary>"
                    f"<published>{paper.created}T10:00:00Z</published>"
                    f"<updated>{paper.created}T10:00:00Z</updated>{authors}"
                    + "".join(f'<category term="{name}"/>' for name in paper.categories)
                    + "</entry>"
                )
        return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'


def _oai(content: str) -> str:
    return (
        '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>2026-04-15T00:00:00Z</responseDate>{content}</OAI-PMH>"
    )


def _oai_record(paper: AnnouncedPaper) -> str:
    authors = "".join(
        f"<author><keyname>{escape(name.rpartition(' ')[2])}</keyname>"
        f"<forenames>{escape(name.rpartition(' ')[0])}</forenames></author>"
        for name in paper.authors
    )
    return (
        f"<record><header><identifier>oai:arXiv.org:{paper.number}</identifier>"
        f"<datestamp>{paper.day}</datestamp></header><metadata>"
        f'<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{paper.number}</id><created>{paper.created}</created>'
        f"<authors>{authors}</authors><title>{escape(paper.title)}</title>"
        f"<categories>{' '.join(paper.categories)}</categories><abstract>{escape(paper.abstract)}</abstract>"
        "</arXiv></metadata></record>"
    )
