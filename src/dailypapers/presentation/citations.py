"""A paper as reference managers read it: BibTeX, RIS, CSL-JSON, and the meta tags of its page."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from dailypapers.catalogue.identifiers import Identifier, url_of
from dailypapers.catalogue.records import PaperRecord, Precision
from dailypapers.presentation import names
from dailypapers.presentation.formulas import balanced
from dailypapers.presentation.mathematics import plain
from dailypapers.presentation.tex import Formula, Link, Mark, Source, pieces

_JOURNAL = re.compile(
    r"\b(?:journal|transactions?|letters?|reviews?|annals|magazine|bulletin|quarterly|archives?|nature|science|plos"
    r"|tmlr|jmlr|tacl|tpami|acta|zeitschrift|revue|computational linguistics|volume \d+, (?:issue|\d{4}))\b",
    re.IGNORECASE,
)
_MEETING = re.compile(
    r"\b(?:proceedings|proc|conference|workshop|symposium|meeting|findings|actes)\b", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LIGHT_WORDS: Final = frozenset(
    (
        "a",
        "an",
        "the",
        "on",
        "of",
        "in",
        "for",
        "to",
        "and",
        "with",
        "from",
        "at",
        "by",
        "is",
        "are",
        "do",
        "does",
    )
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ESCAPES: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "%": r"\%", "&": r"\&", "#": r"\#",
        "_": r"\_", "$": r"\$", '"': r"{\textquotedbl}", "\u00a0": "~", "@": "{@}",
    }
)  # fmt: skip
_MARK_UP: Final = {"em": r"\emph{", "strong": r"\textbf{", "code": r"\texttt{", "sup": r"\textsuperscript{",
                   "sub": r"\textsubscript{"}  # fmt: skip


def key(record: PaperRecord) -> str:
    """A stable, readable key: family name, year, first telling word of the title (`vaswani2017attention`)."""
    family = _letters(names.split(record.authors[0].name).surname) if record.authors else ""
    words = (_letters(word) for word in re.split(r"[\s:,./–—-]+", plain(record.title)))
    first = next((word for word in words if word and word not in _LIGHT_WORDS), "")
    return (family or "anonymous")[:40] + (_year(record) or "nd") + first[:40]


def bibtex(record: PaperRecord, url: str, name: str = "") -> str:
    """The paper as one BibTeX entry; `url` is its address on this site, used where it has no other.

    `name` is the key of the entry where the usual one is taken.
    """
    arxiv, doi = name_in(record, "arxiv"), doi_of(record)
    kind = kind_of(record)
    fields: dict[str, str] = {
        "title": _protected_title(record.title),
        "author": " and ".join(map(_bibtex_name, _names(record))),
    }
    if record.venue:
        fields["journal" if kind == "article" else "booktitle"] = escaped(plain(record.venue))
    elif arxiv:
        fields["journal"] = f"arXiv preprint arXiv:{arxiv}"
    elif name_in(record, "biorxiv"):
        fields["journal"] = "bioRxiv"
    fields["year"] = _year(record)
    if (
        record.day
        and record.precision in (Precision.DAY, Precision.MONTH)
        and _year(record) == str(record.day.year)
    ):
        fields["month"] = _MONTHS[record.day.month - 1]
    if arxiv:
        fields["eprint"] = arxiv
        fields["archivePrefix"] = "arXiv"
        fields["primaryClass"] = _primary_class(record)
    fields["doi"] = doi.translate(_URL_ESCAPES)
    fields["url"] = url_of_work(record, url).translate(_URL_ESCAPES)
    fields["note"] = escaped(withdrawn(record))
    lines = [
        f"  {field:<13} = {value if field == 'month' else '{' + value + '}'},"
        for field, value in fields.items()
        if value
    ]
    entry = {"article": "article", "inproceedings": "inproceedings"}.get(kind, "misc")
    return "\n".join([f"@{entry}{{{name or key(record)},", *lines, "}", ""])


def ris(record: PaperRecord, url: str, name: str = "") -> str:
    """The paper as one RIS record, lines ended as the format asks."""
    arxiv = name_in(record, "arxiv")
    kind = kind_of(record)
    lines = [
        ("TY", {"article": "JOUR", "inproceedings": "CONF"}.get(kind, "GEN")),
        ("ID", name or key(record)),
    ]
    lines += [("TI", plain(record.title))]
    lines += [("AU", author.inverted) for author in _names(record)]
    lines += [("PY", _year(record)), ("DA", _ris_date(record))]
    if record.venue:
        lines += [("T2", plain(record.venue))]
    elif arxiv:
        lines += [("T2", f"arXiv preprint arXiv:{arxiv}")]
    elif name_in(record, "biorxiv"):
        lines += [("T2", "bioRxiv")]
    lines += [("AB", plain(record.abstract)), ("DO", doi_of(record)), ("UR", url_of_work(record, url))]
    lines += [("L1", _pdf(record))]
    lines += [("KW", plain(keyword)) for keyword in record.keywords]
    # arXiv gives the reason of a withdrawal as the comment: once is enough.
    reason = record.withdrawal.reason if record.withdrawal else ""
    lines += [("N1", withdrawn(record)), ("N1", plain(record.comment) if record.comment != reason else "")]
    written = [f"{tag}  - {flat}" for tag, value in lines if (flat := " ".join(value.split()))]
    return "\r\n".join([*written, "ER  - ", ""])


def csl(record: PaperRecord, url: str, name: str = "") -> dict[str, Any]:
    """The paper as one CSL-JSON item."""
    arxiv = name_in(record, "arxiv")
    types = {"article": "article-journal" if record.venue else "article", "inproceedings": "paper-conference"}
    item: dict[str, Any] = {
        "id": name or key(record),
        "type": types.get(kind_of(record), "article"),
        "title": plain(record.title),
        "author": [_csl_name(author) for author in _names(record)],
        "container-title": plain(record.venue),
        "abstract": plain(record.abstract),
        "DOI": doi_of(record),
        "URL": url_of_work(record, url),
        "keyword": ", ".join(map(plain, record.keywords)),
        "note": withdrawn(record),
        "status": "withdrawn" if record.withdrawal else "",
    }
    if record.day and record.precision != Precision.NONE:
        known = {Precision.DAY: 3, Precision.MONTH: 2, Precision.YEAR: 1}[record.precision]
        parts = [record.day.year, record.day.month, record.day.day][:known]
        item["issued"] = {"date-parts": [parts if _year(record) == str(parts[0]) else [int(_year(record))]]}
    if arxiv:
        item |= {"number": f"arXiv:{arxiv}", "archive": "arXiv", "archive_location": arxiv}
        if not record.venue:
            item["publisher"] = "arXiv"
    return {field: value for field, value in item.items() if value}


TAGGED_AUTHORS: Final = 100
"""Authors of the meta tags: those of 3,000 would be 180 KB. The citation files beside the page name all."""


def highwire(record: PaperRecord, url: str) -> list[tuple[str, str]]:
    """The `citation_*` meta tags of the paper's page (at `url`): Google Scholar and Zotero read them."""
    tags = [("citation_title", plain(record.title))]
    for author in record.authors[:TAGGED_AUTHORS]:
        name = names.split(author.name)
        if name.inverted:
            tags.append(("citation_author", name.inverted))
            tags += [("citation_author_institution", plain(author.affiliation))]
            tags += [("citation_author_orcid", f"https://orcid.org/{author.orcid}" if author.orcid else "")]
    date = _highwire_date(record)
    tags += [("citation_publication_date", date), ("citation_date", date)]
    if record.day and record.precision == Precision.DAY:
        tags += [("citation_online_date", f"{record.day:%Y/%m/%d}")]
    if record.venue:
        meeting = kind_of(record) == "inproceedings"
        tags += [("citation_conference_title" if meeting else "citation_journal_title", plain(record.venue))]
    tags += [("citation_arxiv_id", name_in(record, "arxiv")), ("citation_doi", doi_of(record))]
    tags += [("citation_pdf_url", _pdf(record)), ("citation_abstract_html_url", url)]
    tags += [("citation_keywords", plain(keyword)) for keyword in record.keywords]
    # There is no tag for it; as a keyword it becomes a tag of the entry in Zotero.
    tags += [("citation_keywords", "withdrawn" if record.withdrawal else "")]
    return [(name, flat) for name, value in tags if (flat := " ".join(value.split()))]


def withdrawn(record: PaperRecord) -> str:
    """That the paper was withdrawn, when and why, as far as is known; empty for one that stands."""
    if record.withdrawal is None:
        return ""
    day = f" on {record.withdrawal.day.isoformat()}" if record.withdrawal.day else ""
    reason = plain(record.withdrawal.reason)
    return f"Withdrawn{day}: {reason}" if reason else f"Withdrawn{day}."


def escaped(text: str) -> str:
    """Plain text as TeX prints it again. Braces are spelled out: BibTeX counts them even when escaped."""
    return " ".join(text.translate(_ESCAPES).split())


_URL_ESCAPES: Final = str.maketrans(
    {"{": "%7B", "}": "%7D", "\\": "%5C", '"': "%22", " ": "%20", "\n": "", "@": "%40"}
)


def kind_of(record: PaperRecord) -> str:
    """What kind of publication it is: `article`, `inproceedings` or `other`."""
    if record.venue:
        journal = _JOURNAL.search(record.venue) and not _MEETING.search(record.venue)
        return "article" if journal else "inproceedings"
    return "article" if name_in(record, "arxiv") or name_in(record, "biorxiv") else "other"


def name_in(record: PaperRecord, scheme: str) -> str:
    """The paper's name in a scheme of identifiers; empty where it has none."""
    return next((known.value for known in record.identifiers if known.scheme == scheme), "")


def doi_of(record: PaperRecord) -> str:
    """The DOI, also where bioRxiv's number implies it."""
    if doi := name_in(record, "doi"):
        return doi
    biorxiv = name_in(record, "biorxiv")
    return url_of(Identifier("biorxiv", biorxiv)).removeprefix("https://doi.org/") if biorxiv else ""


def url_of_work(record: PaperRecord, fallback: str) -> str:
    """The address of the work where its identifiers tell one, else the fallback."""
    return next((found for known in record.identifiers if (found := url_of(known))), fallback)


def _pdf(record: PaperRecord) -> str:
    return next((link.url for link in record.links if link.kind == "pdf"), "")


def _year(record: PaperRecord) -> str:
    """The year of publication: the venue's own where it names one (ICCV 2025 for a preprint of 2024)."""
    in_venue = _YEAR.findall(record.venue)
    if in_venue:
        return str(in_venue[-1])
    return str(record.day.year) if record.day and record.precision != Precision.NONE else ""


def _ris_date(record: PaperRecord) -> str:
    if not record.day or _year(record) != str(record.day.year):
        return ""
    return {Precision.DAY: f"{record.day:%Y/%m/%d}/", Precision.MONTH: f"{record.day:%Y/%m}//"}.get(
        record.precision, ""
    )


def _highwire_date(record: PaperRecord) -> str:
    if record.day and _year(record) == str(record.day.year):
        return {Precision.DAY: f"{record.day:%Y/%m/%d}", Precision.MONTH: f"{record.day:%Y/%m}"}.get(
            record.precision, _year(record)
        )
    return _year(record)


def _primary_class(record: PaperRecord) -> str:
    first = record.categories[0] if record.categories else ""
    return first if re.fullmatch(r"[a-z-]+(?:\.[A-Za-z-]+)?", first) else ""


def _all_names(record: PaperRecord) -> list[names.Name]:
    return [names.split(author.name) for author in record.authors]


def _names(record: PaperRecord) -> Iterable[names.Name]:
    return (name for name in _all_names(record) if name.inverted)


def _bibtex_name(name: names.Name) -> str:
    if name.whole:
        return "{" + escaped(name.whole) + "}"
    family = " ".join(part for part in (name.particle, _one_part(name.family)) if part)
    # BibTeX wants the suffix in the middle: von Last, Jr, First.
    return ", ".join(
        _one_part(part) if part is name.given else part for part in (family, name.suffix, name.given) if part
    )


def _one_part(text: str) -> str:
    """Part of a name, in braces if a comma or an `and` in it would end it early."""
    text = escaped(text)
    return "{" + text + "}" if "," in text or " and " in f" {text.lower()} " else text


def _csl_name(name: names.Name) -> dict[str, str]:
    if name.whole:
        return {"literal": name.whole}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {part: value for part, value in parts.items() if value}


def _protected_title(title: str) -> str:
    """The title as TeX, its formulas kept, the capitals that styles must not take away in braces."""
    written: list[str] = []
    open_marks = 0
    sentence_case = _is_sentence_case(plain(title))
    for piece in pieces(title):
        match piece:
            case Formula():
                safe = balanced(piece.latex) and not re.search(r"(?<!\\)[%$@\"]", piece.latex)
                latex = "{$" + " ".join(piece.latex.split()) + "$}"
                written.append(latex if safe and _count_balanced(latex) else escaped(plain(piece.source)))
            case Mark():
                open_marks += -1 if piece.closes else 1
                written.append("}" if piece.closes else _MARK_UP[piece.tag])
            case Link():
                written.append(escaped(piece.label))
            case Source():
                written.append(escaped(plain(piece.text)))
            case str():
                begins = not "".join(written).strip()
                written.append(_protected(piece, sentence_case, begins))
    return " ".join("".join(written).split())


def _count_balanced(latex: str) -> bool:
    """Whether braces match as BibTeX counts them, which sees no backslash."""
    depth = 0
    for character in latex:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


def _is_sentence_case(title: str) -> bool:
    """Whether only names have capitals in the title, so that each capital means something."""
    long = [word for word in title.split()[1:] if len(word) > 3 and word[0].isalpha()]
    return bool(long) and sum(word[0].isupper() for word in long) * 2 < len(long)


def _protected(text: str, sentence_case: bool, begins: bool) -> str:
    words = []
    for place, word in enumerate(re.split(r"(\s+)", text)):
        first = begins and place == 0
        written = word if word.isspace() else word.translate(_ESCAPES)
        inner = any(letter.isupper() for letter in word[1:])
        alone = word.strip(".,:;()").isupper() and len(word.strip(".,:;()")) == 1 and word not in ("A", "I")
        named = sentence_case and word[:1].isupper() and not first
        words.append("{" + written + "}" if inner or alone or named else written)
    return "".join(words)


def _letters(text: str) -> str:
    """Lower-case ASCII letters and digits of the text."""
    decomposed = unicodedata.normalize(
        "NFKD", text.casefold().replace("ø", "o").replace("ł", "l").replace("æ", "ae")
    )
    return "".join(letter for letter in decomposed if letter.isascii() and letter.isalnum())
