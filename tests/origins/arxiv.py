"""A server that speaks arXiv's three protocols from a list of papers and announces days one by one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from xml.sax.saxutils import escape, quoteattr
from zoneinfo import ZoneInfo

from tests.origins.origin import NOT_FOUND, Answer, Origin

GROUPS = ("cs", "econ", "eess", "math", "q-bio", "q-fin", "stat")
"""The groups that are one archive of the same name; every other archive is of the group physics."""


@dataclass(frozen=True, slots=True)
class AnnouncedPaper:
    """What arXiv knows of a paper: `day` is that of its announcement."""

    number: str
    title: str
    authors: tuple[str, ...]
    day: date
    categories: tuple[str, ...] = ("cs.CL",)
    abstract: str = "We look at it closely."
    comment: str = ""

    @property
    def created(self) -> date:
        """The day it was submitted: two days before it is announced."""
        return self.day - timedelta(days=2)

    @property
    def sets(self) -> set[str]:
        """The sets that its record belongs to: groups, archives and categories."""
        found = set()
        for category in self.categories:
            archive, _, rest = category.partition(".")
            group = archive if archive in GROUPS else "physics"
            found |= {group, f"{group}:{archive}"}
            if rest:
                found.add(f"{group}:{archive}:{rest}")
        return found

    def is_in(self, feed: str) -> bool:
        """Whether a feed, that of a category or of an archive, shows it."""
        return any(feed in _names(category) for category in self.categories)


class ArxivOrigin(Origin):
    """Announces what `announce` was told of so far.

    `left_out` are numbers that the feed does not show though they are announced, `unlisted` those that
    OAI-PMH does not, `untitled` those whose entry in the feed lost its title; `revised` has the day of
    the second version of a paper, `taken_down` that on which it was removed. `stale` are archives whose
    feed is that of the day before. `page_size` is that of OAI lists; with `repeats` set every resumption
    token is the same, and `forget` makes all that were given out so far unknown.
    """

    def __init__(self, papers: Iterable[AnnouncedPaper], page_size: int = 50) -> None:
        super().__init__()
        self.papers = {paper.number: paper for paper in papers}
        self.page_size = page_size
        self.today: date | None = None
        self.left_out: set[str] = set()
        self.unlisted: set[str] = set()
        self.untitled: set[str] = set()
        self.revised: dict[str, date] = {}
        self.taken_down: dict[str, date] = {}
        self.stale: set[str] = set()
        self.repeats = False
        self._forgotten = 0
        self._of_day: dict[date, list[AnnouncedPaper]] = defaultdict(list)
        for paper in self.papers.values():
            self._of_day[paper.day].append(paper)

    def announce(self, day: date) -> None:
        """Let the day's announcement be made."""
        self.today = day

    def forget(self) -> None:
        """Know no resumption token any more."""
        self._forgotten += 1

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        """Any of the three protocols."""
        if self.today is None:
            return NOT_FOUND
        if path.startswith("/atom/"):
            return Answer(self._feed(path.rpartition("/")[2], self.today).encode())
        if path == "/oai":
            return Answer(self._oai(query, self.today).encode())
        if path == "/api/query":
            return Answer(self._query(query.get("id_list", "").split(","), self.today).encode())
        return NOT_FOUND

    def _feed(self, archive: str, today: date) -> str:
        day = today - timedelta(days=1) if archive in self.stale else today
        entries = [
            _feed_entry(self._as_fed(paper), 1, "new" if archive in _names(paper.categories[0]) else "cross")
            for paper in self._of_day.get(day, ())
            if paper.is_in(archive) and paper.number not in self.left_out
        ]
        entries += [
            _feed_entry(self.papers[number], 2, "replace", day)
            for number, revised in self.revised.items()
            if revised == day and self.papers[number].is_in(archive)
        ]
        return (
            "<?xml version='1.0' encoding='UTF-8'?>"
            '<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
            ' xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">'
            f"<id>http://rss.arxiv.org/atom/{escape(archive)}</id>"
            f"<title>{escape(archive)} updates on arXiv.org</title>"
            f"<updated>{_midnight(day)}</updated>{''.join(entries)}</feed>"
        )

    def _as_fed(self, paper: AnnouncedPaper) -> AnnouncedPaper:
        return replace(paper, title="") if paper.number in self.untitled else paper

    def _oai(self, query: dict[str, str], today: date) -> str:
        if query.get("verb") == "GetRecord":
            return self._get_record(query.get("identifier", ""), today)
        if query.get("verb") != "ListRecords":
            return _oai_error("badVerb", "only ListRecords and GetRecord are spoken here")
        first, last, chosen, start = query.get("from", ""), query.get("until", "9999-12-31"), "", 0
        if token := query.get("resumptionToken", ""):
            told = token.split("|")
            if len(told) != 5 or told[0] != str(self._forgotten):
                return _oai_error("badResumptionToken", "this token is not known")
            _, first, last, chosen, offset = told
            start = int(offset)
        elif query.get("metadataPrefix") != "arXiv":
            return _oai_error("cannotDisseminateFormat", "only arXiv's own format is spoken here")
        else:
            chosen = query.get("set", "")
        if first > last:
            return _oai_error("badArgument", "from is after until")
        listed = list(self._changed(first, last, chosen, today))
        if not listed:
            return _oai_error("noRecordsMatch", "")
        after = start + self.page_size
        records = "".join(self._record(paper, stamp) for paper, stamp in listed[start:after])
        following = 0 if self.repeats else after
        token = "|".join((str(self._forgotten), first, last, chosen, str(following)))
        if after >= len(listed) and not self.repeats:
            token = ""
        return _oai_answer(
            f'<ListRecords>{records}<resumptionToken cursor="{start}" completeListSize="{len(listed)}">'
            f"{escape(token)}</resumptionToken></ListRecords>"
        )

    def _get_record(self, identifier: str, today: date) -> str:
        paper = self.papers.get(identifier.removeprefix("oai:arXiv.org:"))
        if paper is None or paper.day > today or paper.number in self.unlisted:
            return _oai_error("idDoesNotExist", f"{identifier} is not known")
        changed = {**self.revised, **self.taken_down}
        return _oai_answer(
            f"<GetRecord>{self._record(paper, changed.get(paper.number, paper.day))}</GetRecord>"
        )

    def _changed(
        self, first: str, last: str, chosen: str, today: date
    ) -> Iterator[tuple[AnnouncedPaper, date]]:
        """The papers whose last change lies within the days, with the day of that change."""
        changed = {**self.revised, **self.taken_down}
        for day in sorted(self._of_day):
            if day > today or day.isoformat() > last:
                return
            for paper in self._of_day[day]:
                later = changed.get(paper.number, day)
                stamp = later if later <= today else day
                within = first <= stamp.isoformat() <= last
                if within and paper.number not in self.unlisted and (not chosen or chosen in paper.sets):
                    yield paper, stamp

    def _record(self, paper: AnnouncedPaper, stamp: date) -> str:
        down = self.taken_down.get(paper.number)
        header = (
            f"<identifier>oai:arXiv.org:{paper.number}</identifier><datestamp>{stamp}</datestamp>"
            + "".join(f"<setSpec>{name}</setSpec>" for name in sorted(paper.sets))
        )
        if down is not None and down <= stamp:
            return f'<record><header status="deleted">{header}</header></record>'
        authors = "".join(
            f"<author><keyname>{escape(name.rpartition(' ')[2])}</keyname>"
            f"<forenames>{escape(name.rpartition(' ')[0])}</forenames></author>"
            for name in paper.authors
        )
        updated = f"<updated>{stamp - timedelta(days=1)}</updated>" if stamp > paper.day else ""
        comments = f"<comments>{escape(paper.comment)}</comments>" if paper.comment else ""
        return (
            f"<record><header>{header}</header><metadata>"
            f'<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{paper.number}</id>'
            f"<created>{paper.created}</created>{updated}"
            f"<authors>{authors}</authors><title>{escape(paper.title)}</title>"
            f"<categories>{escape(' '.join(paper.categories))}</categories>{comments}"
            "<license>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</license>"
            f"<abstract>{escape(paper.abstract)}</abstract></arXiv></metadata></record>"
        )

    def _query(self, numbers: list[str], today: date) -> str:
        entries = [
            _query_entry(paper)
            for number in numbers
            if (paper := self.papers.get(number)) is not None
            and paper.day <= today
            and self.taken_down.get(number, date.max) > today
        ]
        return (
            "<?xml version='1.0' encoding='UTF-8'?>"
            '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
            ' xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">'
            "<id>https://arxiv.org/api/x</id><title>arXiv Query</title>"
            f"<opensearch:totalResults>{len(entries)}</opensearch:totalResults>{''.join(entries)}</feed>"
        )


def _midnight(day: date) -> str:
    """The moment at which a day begins in New York, in summer and in winter."""
    return datetime.combine(day, time(), ZoneInfo("America/New_York")).isoformat()


def _names(category: str) -> tuple[str, str]:
    """The feeds that show a category: its own and its archive's."""
    return category, category.partition(".")[0]


def _categories(paper: AnnouncedPaper, scheme: str = "") -> str:
    return "".join(f"<category term={quoteattr(name)}{scheme}/>" for name in paper.categories)


def _feed_entry(paper: AnnouncedPaper, version: int, kind: str, day: date | None = None) -> str:
    day = day or paper.day
    name = f"{paper.number}v{version}"
    return (
        f"<entry><id>oai:arXiv.org:{name}</id><title>{escape(paper.title)}</title>"
        f"<updated>{_midnight(day)}</updated>"
        f'<link href="https://arxiv.org/abs/{paper.number}" rel="alternate" type="text/html"/>'
        f"<summary>arXiv:{name} Announce Type: {kind} \nAbstract: {escape(paper.abstract)}</summary>"
        f"{_categories(paper)}<published>{_midnight(day)}</published>"
        f"<arxiv:announce_type>{kind}</arxiv:announce_type>"
        "<dc:rights>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</dc:rights>"
        f"<dc:creator>{escape(', '.join(paper.authors))}</dc:creator></entry>"
    )


def _query_entry(paper: AnnouncedPaper) -> str:
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in paper.authors)
    comment = f"<arxiv:comment>{escape(paper.comment)}</arxiv:comment>" if paper.comment else ""
    return (
        f"<entry><id>http://arxiv.org/abs/{paper.number}v1</id><title>{escape(paper.title)}</title>"
        f"<updated>{paper.created}T10:00:00Z</updated><summary>{escape(paper.abstract)}</summary>"
        + _categories(paper, ' scheme="http://arxiv.org/schemas/atom"')
        + f"<published>{paper.created}T10:00:00Z</published>{comment}"
        f"<arxiv:primary_category term={quoteattr(paper.categories[0])}/>{authors}</entry>"
    )


def _oai_answer(content: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        "<responseDate>2026-04-15T00:00:00Z</responseDate>"
        '<request verb="ListRecords" metadataPrefix="arXiv">https://oaipmh.arxiv.org/oai</request>'
        f"{content}</OAI-PMH>"
    )


def _oai_error(code: str, message: str) -> str:
    return _oai_answer(f'<error code="{code}">{message}</error>')
