"""The telling words that two papers share, whole and as they are written."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dailypapers.search.analysis import STOP_WORDS, terms
from dailypapers.search.vocabulary import Vocabulary

COMMON: Final = 0.12
"""The share of all papers that have a word which tells nothing: "learning", "propose"."""

FEW: Final = 20
"""Papers that may have a word however few there are."""

IN_TITLE: Final = 3
"""How often a word of the title counts."""

_FILLER: Final = frozenset(
    term
    for word in """
    able about above according account accurate achieve across actually additional address adopt advance
    advantage aforementioned aim al all allow almost alone along already also although always among
    amount analyze another any apart appear applicable apply approach appropriate arguably around
    article aspect assess attempt attract available aware become before behind believe below benefit
    best better between beyond both bring broad build capable careful case certain challenge common
    compare comparison competitive complete comprehensive compute concept conclude conduct consequently
    consider considerable consist contain contribute corroborate could create critical crucial current
    dedicated define demonstrate depend describe design desirable despite detail determine develop did
    different difficult difficulty directly discuss diverse does done due during each easily easy
    effective effort eg eight either elaborate emerge employ enable encourage enhance enough ensure
    entire especially essential establish et etc evaluate even eventually every evident exactly examine
    example existing experiment experimental explicit extensive extent facilitate fact fail far feasible
    few fewer finally find first five focus following four framework fully fundamental further
    furthermore gain general give given goal good great groundbreaking growing happen hard help hence
    here hereby high higher highlight hold how however huge idea identify ie illustrate impact important
    impressive improve include incorporate increase indeed indicate inherent initial insight inspire
    instead integrate interest introduce investigate involve issue just keep key know known lack large
    larger last later latter lead leave less level like limit little long low lower made mainly major
    make manner many means meanwhile method might moreover most motivate much multiple must namely
    natural nearly necessary need never nevertheless new next nine nontrivial notable note novel novelty
    number numerous observe obtain offer often one only open opportunity other otherwise out outperform
    over overall overcome paper part particular per perform perhaps period perspective plus pose
    potential practice present previous primarily primary prior problem produce promising propose prove
    provide publicly purpose quantitative quick rapid rather reach real really recent reduce reduction
    regard related relevant reliable rely remain remarkable report require research respect result
    reveal review rich role roughly same scenario second see seek seem serve seven severe show shown
    significant similar simple simply simultaneous since single situation six small so solely solution
    solve some sometimes sought specific start state still strong struggle study substantial success
    suffer sufficient suggest suitable superior support take taken task ten tend term thereby therefore
    thing third though three through throughout thus together too total toward tremendous two type
    typical ubiquitous uncover under underline understand undertake unfortunately unique unlike
    unprecedented until up upon usage use user usual utilize valuable value various vast verify very via
    viable view vital want way well what where whereas whereby whether while who whole whose why wide
    within without work worse would yet yield
    """.split()  # noqa: SIM905
    for term in terms(word)
)
"""Terms that are rarer than most and tell nothing about what a paper is about."""

_WORD: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_TYPESETTING: Final = re.compile(r"\$[^$]*\$|\\[A-Za-z]+|https?://\S+")
_ENDED: Final = re.compile(r"(?:^|[.!?:]\s+)$")


@dataclass(frozen=True, slots=True)
class _Text:
    """The words of a paper by what they are compared by."""

    times: Counter[str]
    forms: defaultdict[str, Counter[str]]

    @classmethod
    def of(cls, title: str, abstract: str) -> "_Text":
        times: Counter[str] = Counter()
        forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for text, weight in ((title, IN_TITLE), (abstract, 1)):
            for key, form, in_running_text in _words(text):
                times[key] += weight
                # Every word of a title may have a capital, and the first of a sentence has.
                is_sure = weight == 1 and in_running_text
                forms[key][form if is_sure or _is_name(form) else form.lower()] += 4 if is_sure else 1
        return cls(times, forms)

    def form(self, key: str) -> str:
        """How the paper writes a word, mostly."""
        return min(self.forms[key], key=lambda form: (-self.forms[key][form], form))


def shared_words(
    own: tuple[str, str], other: tuple[str, str], vocabulary: Vocabulary, most: int = 4
) -> tuple[str, ...]:
    """The words that two papers, each given by title and abstract, have in common and others have not.

    The most telling first, as the first paper writes them: those that both use often and few others do. No
    numbers, and none that says nothing of what a paper is about.
    """
    mine, its = _Text.of(*own), _Text.of(*other)
    weights = {
        key: vocabulary.inverse(key) * (mine.times[key] * its.times[key]) ** 0.5
        for key in mine.times.keys() & its.times.keys()
        if _tells(key, vocabulary)
    }
    shown: list[str] = []
    found: list[str] = []
    for key in sorted(weights, key=lambda key: (-weights[key], key)):
        form = mine.form(key)
        # Of "on-policy" and "policy" the first says both.
        small = form.lower()
        if not any(small in one.split("-") or one in small.split("-") for one in shown):
            shown.append(small)
            found.append(form)
        if len(found) == most:
            break
    return tuple(found)


def _is_name(form: str) -> bool:
    """Whether its capitals are its own wherever it stands: LLM-based, 3D, but not Few-Shot."""
    return any(
        sum(map(str.isupper, part)) > 1 or (not part.isalpha() and not part.islower())
        for part in form.split("-")
    )


def _tells(key: str, vocabulary: Vocabulary) -> bool:
    if len(key) < 2 or key in STOP_WORDS or key in _FILLER or not any(map(str.isalpha, key)):
        return False
    return vocabulary.frequency.get(key, 1) <= max(FEW, COMMON * vocabulary.papers)


def _words(text: str) -> Iterator[tuple[str, str, bool]]:
    """The words with what they are compared by, and whether each stands within a sentence.

    A hyphenated word is one: its parts by themselves may be filler (`on-policy`, `state-of-the-art`).
    """
    readable = _TYPESETTING.sub(" ", text)
    for found in _WORD.finditer(readable):
        word = found[0]
        # No stemmer takes LLM and LLMs for one.
        its = terms(word[:-1] if word[-1] == "s" and word[:-1].isupper() else word)
        parts = word.split("-")
        # Of a word of two or three parts the last term is that of all together.
        if len(its) == 1 or (1 < len(parts) <= 3 and len(its) > len(parts)):
            within = _ENDED.search(readable, max(0, found.start() - 4), found.start()) is None
            yield its[-1], word, within and found.start() > 0
