"""A field's plain-words name and its colour: one hue a field, the same in every picture and on every page.

Hues are those of OKLCH, in which one lightness looks equally light in every hue, so that one formula
holds contrast AA for all of them (a test computes it for all 360). In a style sheet, with `--h` the hue:

    light theme  color: oklch(.47 .115 var(--h))   on #fbfaf6
    dark theme   color: oklch(.78 .095 var(--h))   on #13140f
"""

import hashlib
import math
from functools import lru_cache
from typing import Final

TEXT_ON_LIGHT: Final = (0.47, 0.115)
"""Lightness and chroma of a field's name on the light page."""
TEXT_ON_DARK: Final = (0.78, 0.095)
"""Lightness and chroma of a field's name on the dark page."""

# A field without a chosen hue has one by its place here: a new name goes last, or others change theirs.
_NAMES: Final = {
    "astro-ph": "Astrophysics",
    "astro-ph.CO": "Cosmology",
    "astro-ph.EP": "Planets",
    "astro-ph.GA": "Galaxies",
    "astro-ph.HE": "High-energy sky",
    "astro-ph.IM": "Telescopes",
    "astro-ph.SR": "Stars",
    "cond-mat": "Condensed matter",
    "cond-mat.dis-nn": "Disordered systems",
    "cond-mat.mes-hall": "Nanoscale",
    "cond-mat.mtrl-sci": "Materials",
    "cond-mat.other": "Other condensed matter",
    "cond-mat.quant-gas": "Quantum gases",
    "cond-mat.soft": "Soft matter",
    "cond-mat.stat-mech": "Statistical mechanics",
    "cond-mat.str-el": "Correlated electrons",
    "cond-mat.supr-con": "Superconductors",
    "cs": "Computer science",
    "cs.AI": "Artificial intelligence",
    "cs.AR": "Hardware",
    "cs.CC": "Complexity",
    "cs.CE": "Computing for science",
    "cs.CG": "Geometry algorithms",
    "cs.CL": "Language",
    "cs.CR": "Security",
    "cs.CV": "Vision",
    "cs.CY": "Computers and society",
    "cs.DB": "Databases",
    "cs.DC": "Distributed computing",
    "cs.DL": "Digital libraries",
    "cs.DM": "Discrete mathematics",
    "cs.DS": "Algorithms",
    "cs.ET": "Emerging hardware",
    "cs.FL": "Automata",
    "cs.GL": "General computing",
    "cs.GR": "Graphics",
    "cs.GT": "Game theory",
    "cs.HC": "People and computers",
    "cs.IR": "Retrieval",
    "cs.IT": "Information theory",
    "cs.LG": "Machine learning",
    "cs.LO": "Logic in computing",
    "cs.MA": "Multi-agent systems",
    "cs.MM": "Multimedia",
    "cs.MS": "Mathematical software",
    "cs.NA": "Numerical computing",
    "cs.NE": "Neural and evolutionary",
    "cs.NI": "Networks",
    "cs.OH": "Other computing",
    "cs.OS": "Operating systems",
    "cs.PF": "Performance",
    "cs.PL": "Programming languages",
    "cs.RO": "Robotics",
    "cs.SC": "Symbolic computing",
    "cs.SD": "Sound",
    "cs.SE": "Software engineering",
    "cs.SI": "Social networks",
    "cs.SY": "Control systems",
    "econ": "Economics",
    "econ.EM": "Econometrics",
    "econ.GN": "General economics",
    "econ.TH": "Economic theory",
    "eess": "Signals and systems",
    "eess.AS": "Speech and audio",
    "eess.IV": "Image processing",
    "eess.SP": "Signal processing",
    "eess.SY": "Control engineering",
    "gr-qc": "Gravity",
    "hep-ex": "Particle experiments",
    "hep-lat": "Lattice physics",
    "hep-ph": "Particle phenomenology",
    "hep-th": "High-energy theory",
    "math": "Mathematics",
    "math-ph": "Mathematical physics",
    "math.AC": "Commutative algebra",
    "math.AG": "Algebraic geometry",
    "math.AP": "Differential equations",
    "math.AT": "Algebraic topology",
    "math.CA": "Classical analysis",
    "math.CO": "Combinatorics",
    "math.CT": "Category theory",
    "math.CV": "Complex analysis",
    "math.DG": "Differential geometry",
    "math.DS": "Dynamical systems",
    "math.FA": "Functional analysis",
    "math.GM": "General mathematics",
    "math.GN": "General topology",
    "math.GR": "Group theory",
    "math.GT": "Geometric topology",
    "math.HO": "History of mathematics",
    "math.IT": "Information theory",
    "math.KT": "K-theory",
    "math.LO": "Logic",
    "math.MG": "Metric geometry",
    "math.MP": "Mathematical physics",
    "math.NA": "Numerical analysis",
    "math.NT": "Number theory",
    "math.OA": "Operator algebras",
    "math.OC": "Optimisation",
    "math.PR": "Probability",
    "math.QA": "Quantum algebra",
    "math.RA": "Rings and algebras",
    "math.RT": "Representation theory",
    "math.SG": "Symplectic geometry",
    "math.SP": "Spectral theory",
    "math.ST": "Statistics theory",
    "nlin": "Nonlinear science",
    "nlin.AO": "Self-organisation",
    "nlin.CD": "Chaos",
    "nlin.CG": "Cellular automata",
    "nlin.PS": "Patterns and solitons",
    "nlin.SI": "Integrable systems",
    "nucl-ex": "Nuclear experiments",
    "nucl-th": "Nuclear theory",
    "physics": "Physics",
    "physics.acc-ph": "Accelerators",
    "physics.ao-ph": "Atmosphere and oceans",
    "physics.app-ph": "Applied physics",
    "physics.atm-clus": "Atomic clusters",
    "physics.atom-ph": "Atoms",
    "physics.bio-ph": "Biological physics",
    "physics.chem-ph": "Chemical physics",
    "physics.class-ph": "Classical physics",
    "physics.comp-ph": "Computational physics",
    "physics.data-an": "Data analysis",
    "physics.ed-ph": "Physics teaching",
    "physics.flu-dyn": "Fluids",
    "physics.gen-ph": "General physics",
    "physics.geo-ph": "Geophysics",
    "physics.hist-ph": "History of physics",
    "physics.ins-det": "Detectors",
    "physics.med-ph": "Medical physics",
    "physics.optics": "Optics",
    "physics.plasm-ph": "Plasma",
    "physics.pop-ph": "Popular physics",
    "physics.soc-ph": "Physics of society",
    "physics.space-ph": "Space physics",
    "q-bio": "Quantitative biology",
    "q-bio.BM": "Biomolecules",
    "q-bio.CB": "Cells",
    "q-bio.GN": "Genomics",
    "q-bio.MN": "Molecular networks",
    "q-bio.NC": "Brain and mind",
    "q-bio.OT": "Other biology",
    "q-bio.PE": "Evolution",
    "q-bio.QM": "Methods in biology",
    "q-bio.SC": "Inside the cell",
    "q-bio.TO": "Tissues and organs",
    "q-fin": "Quantitative finance",
    "q-fin.CP": "Computational finance",
    "q-fin.EC": "Economics and finance",
    "q-fin.GN": "General finance",
    "q-fin.MF": "Mathematical finance",
    "q-fin.PM": "Portfolios",
    "q-fin.PR": "Pricing",
    "q-fin.RM": "Risk",
    "q-fin.ST": "Market statistics",
    "q-fin.TR": "Trading",
    "quant-ph": "Quantum physics",
    "stat": "Statistics",
    "stat.AP": "Applied statistics",
    "stat.CO": "Statistical computing",
    "stat.ME": "Statistical methods",
    "stat.ML": "Statistical learning",
    "stat.OT": "Other statistics",
    "stat.TH": "Statistics theory",
}

_CHOSEN: Final = {
    # The fields most read side by side stand far apart; a field's kin stands near it, but not on it.
    "cs": 240, "cs.LG": 75, "cs.AI": 252, "cs.CL": 195, "cs.CV": 300, "cs.RO": 28, "cs.IR": 135,
    "cs.SD": 345, "cs.CR": 10, "cs.HC": 55, "cs.SE": 160, "cs.CY": 95, "cs.MA": 225, "cs.GR": 322,
    "cs.MM": 332, "cs.DC": 172, "cs.DB": 148, "cs.NE": 110, "cs.SY": 42, "cs.IT": 210, "cs.GT": 122,
    "cs.NI": 183, "cs.AR": 18, "cs.SI": 65, "cs.PL": 275, "cs.DS": 85, "cs.LO": 287, "cs.CE": 238,
    "cs.ET": 352, "cs.DL": 103, "cs.CC": 263, "cs.CG": 202, "cs.DM": 217, "cs.FL": 311, "cs.GL": 39,
    "cs.MS": 142, "cs.NA": 246, "cs.OH": 2, "cs.OS": 178, "cs.PF": 49, "cs.SC": 231,
    "stat.ML": 89, "stat": 100, "eess": 355, "eess.AS": 357, "eess.IV": 312,
    "eess.SP": 20, "eess.SY": 52, "math": 265, "physics": 150, "quant-ph": 280, "q-bio": 140,
    "q-bio.NC": 152, "q-fin": 62, "econ": 48, "astro-ph": 262, "astro-ph.GA": 285, "astro-ph.CO": 245,
    "astro-ph.HE": 15, "astro-ph.SR": 70, "astro-ph.EP": 165, "astro-ph.IM": 205, "cond-mat": 185,
    "gr-qc": 230, "hep-th": 308, "hep-ph": 328, "hep-ex": 5, "hep-lat": 350, "math-ph": 255, "nlin": 120,
    "nucl-th": 35, "nucl-ex": 50,
}  # fmt: skip

_LONGEST: Final = 200
"""Characters of a category, as long as the catalogue keeps them."""

_READ_MOST: Final = ("cs.CV", "cs.AI", "cs.CL", "cs.LG", "cs.RO", "cs.SD", "cs.HC", "cs.IR", "cs.CR", "cs.SE")
_FROM_READ_MOST: Final = 4
_FROM_SIBLINGS: Final = 3
"""Degrees that a hue keeps from those of the fields read most, and from those of its own archive."""


def archive(category: str) -> str:
    """The archive a category belongs to (`cs` of `cs.CL`); the category itself where there is none."""
    head, dot, _ = category.partition(".")
    return head if dot and head in _NAMES else category


def is_field(text: str) -> bool:
    """Whether the text can be a category or an archive; whether papers have it is another question.

    Conferences write `Vision, language (core)`, `[Content] Fusion`, `I.2.7; K.4.1`: any line of print may
    be one, if it is not too long and holds no markup.
    """
    return (
        0 < len(text) <= _LONGEST
        and text.isprintable()
        and text == text.strip()
        and not any(mark in text for mark in '<>"')
    )


def name(category: str) -> str:
    """The category in plain words (`Language` for `cs.CL`); an unknown one returns itself."""
    return _NAMES.get(category, category)


def known_fields() -> list[str]:
    """Every category and archive that has a name, in order."""
    return sorted(_NAMES)


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """The names by the categories, both in small letters: which fields a reader takes for one."""
    return {category.lower(): named.lower() for category, named in _NAMES.items()}


@lru_cache(maxsize=4096)
def hue(category: str) -> int:
    """The field's hue in OKLCH, from 0 to 359: the same on every page and every machine, for ever."""
    if category in _NAMES:
        return _hues()[category]
    words = " ".join(category.casefold().split())
    return (
        int.from_bytes(hashlib.blake2b(words.encode(errors="replace"), digest_size=4).digest(), "big") % 360
    )


@lru_cache(maxsize=1)
def _hues() -> dict[str, int]:
    """The hue of every known field: the chosen ones, and for others the free one nearest to their archive."""
    hues = dict(_CHOSEN)
    for category in _NAMES:
        if category not in hues:
            kept = [(hues[known], _FROM_READ_MOST) for known in _READ_MOST]
            kept += [(taken, 1) for taken in hues.values()]
            kept += [(hues[known], _FROM_SIBLINGS) for known in hues if archive(known) == archive(category)]
            home = hues[archive(category)]
            turns = sorted(range(-180, 180), key=lambda turn: (abs(turn), turn))
            hues[category] = next(
                (home + turn) % 360
                for turn in turns
                if all(_apart(home + turn, other) >= least for other, least in kept)
            )
    return hues


def _apart(one: int, other: int) -> int:
    turn = abs(one - other) % 360
    return min(turn, 360 - turn)


@lru_cache(maxsize=4096)
def colour(hue_degrees: int, lightness: float, chroma: float) -> str:
    """`oklch(lightness chroma hue)` as #rrggbb, parts outside sRGB clipped as browsers clip them.

    For pictures that must look the same where a program does not know OKLCH.
    """
    return "#" + "".join(f"{round(part * 255):02x}" for part in _srgb(hue_degrees, lightness, chroma))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two #rrggbb colours (WCAG 2.2), from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _srgb(hue_degrees: int, lightness: float, chroma: float) -> tuple[float, float, float]:
    """OKLCH to sRGB (Ottosson 2020), each part clipped to 0-1."""
    a = chroma * math.cos(math.radians(hue_degrees))
    b = chroma * math.sin(math.radians(hue_degrees))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    red, green, blue = (_gamma(min(max(part, 0.0), 1.0)) for part in linear)
    return red, green, blue


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _luminance(colour_code: str) -> float:
    parts = [int(colour_code[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
