"""Titles and abstracts with their TeX, as HTML and as plain text."""

import io
import itertools
import json
import re
import time
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dailypapers.presentation import formulas, tex
from dailypapers.presentation.mathematics import plain, render, render_paragraphs

PIECES = st.sampled_from(
    ["$", "$$", r"\(", r"\)", r"\[", r"\]", "{", "}", "\\", r"\emph{", r"\textbf{", r"{\em ", r"\frac",
     r"\hat", "_", "^", "a", "x_1", "10", " ", "\n\n", "``", "''", "'", "`", "~", "--", "<script>", "</math>",
     "&lt;", '"', "https://a.b/c", r"\href{", "javascript:alert(1)", r"\url{", r"\begin{align}", "&", "%",
     r"\end{align}", "\x00", r"\unicode{x", "3c}", r"\text{", r"\def\x{\x\x}", r"\class{a}", r"\style{",
     "onload=", r"\left(", r"\right)", r"\cite{", r"\'", "e", "\ud800", "\u202e", r"\mathcal{O}", "#",
     r"\color{red}", r"\hspace{99em}", "]]>"]
)  # fmt: skip
hostile = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=200)

ALLOWED = {
    "div", "p", "a", "span", "em", "strong", "code", "sup", "sub", "math", "mrow", "mi", "mn", "mo", "mtext",
    "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mstyle",
    "mpadded", "mphantom", "mtable", "mtr", "mtd",
}  # fmt: skip


def parsed(html: str) -> etree._Element:
    return etree.fromstring(f"<div>{html}</div>", etree.XMLParser(resolve_entities=False, no_network=True))


def mathematics_of(html: str) -> str:
    """The leaves of its formulas, one after the other."""
    return " ".join("".join(math.itertext()) for math in parsed(html).iter("math"))


@given(hostile, st.booleans())
def test_nothing_from_outside_becomes_markup(text: str, links: bool) -> None:
    for html in (render(text, links), render_paragraphs(text)):
        assert "<script" not in html.lower()
        for node in parsed(html).iter():
            assert node.tag in ALLOWED
            for name, value in node.attrib.items():
                assert not name.startswith("on")
                assert name not in ("style", "id", "src", "srcset")
                if name == "href":
                    assert value.startswith(("http://", "https://"))
                    assert node.get("rel") == "nofollow noopener"
    assert links or "<a " not in render(text, links)


@given(hostile)
def test_plain_text_comes_of_anything(text: str) -> None:
    assert "\x00" not in plain(text)


@given(
    st.text(
        st.characters(codec="utf-8", exclude_characters="\\$~`'\"{}-", exclude_categories=["Cc", "Cf"]),
        max_size=80,
    )
)
def test_text_without_tex_stays_as_it_is(text: str) -> None:
    assert "".join(parsed(render(text)).itertext()) == text.replace("\ufdd0", "")


@pytest.mark.parametrize(
    "text",
    [
        "costs $5 and $10 million",
        "from $5 to $10 a month",
        "$5-$10 a month",
        "the cost is $0.34/triage, and ($5) for each",
        "a $100 machine",
        "between $3M to $300M in 5 years",
        "lost $25 million. This cost them $3",
    ],
)
def test_money_is_not_mathematics(text: str) -> None:
    assert render(text) == text
    assert plain(text) == text


def test_money_beside_mathematics() -> None:
    html = render("a $100 machine solves $x^2=3$ for $5")
    assert html.startswith("a $100 machine solves <math>")
    assert html.endswith("</math> for $5")


@pytest.mark.parametrize(
    ("latex", "leaves"),
    [
        (r"$\mathcal{O}(n^2)$", "𝒪(n2)"),
        (r"$\mathcal O(n)$", "𝒪(n)"),
        (r"$$E = mc^2$$", "E=mc2"),
        (r"\(\alpha\)", "α"),
        (r"\[\frac{a}{b}\]", "ab"),
        (r"\begin{equation} a < b \end{equation}", "a<b"),
        (r"$\mathrm{TV}_{\rm max}$", "TVmax"),
        (r"$M_\odot$", "M⊙"),
        (r"$60\,{\rm km\,s^{-1}}$", "60kms−1"),
        (r"$x \sim p$", "x∼p"),
        (r"$\mathbb{E}[X] \to \mathbb R$", "𝔼[X]→ℝ"),
        (r"$50% \pm 2\%$", "50%±2%"),
        (r"$\text{top-}k$", "top-k"),
        (r"$\boldsymbol{\theta}$", "𝜽"),
        (r"$T\rm_{eff}$", "Teff"),
        (r"$\operatorname*{arg\,max}_x f$", "argmaxxf"),
        (r"$ x_i $", "xi"),
    ],
)
def test_formulas_become_mathml(latex: str, leaves: str) -> None:
    html = render(latex)
    assert 'class="tex"' not in html
    assert mathematics_of(html) == leaves


def test_letters_alone_keep_the_shape_their_author_gave_them() -> None:
    assert render(r"$\mathrm{d}x$") == '<math><mi mathvariant="normal">d</mi><mi>x</mi></math>'
    assert render(r"$\Omega$") == '<math><mi mathvariant="normal">Ω</mi></math>'


def test_names_of_functions_stand_off_from_what_they_are_applied_to() -> None:
    assert render(r"$\log n$") == '<math><mi>log</mi><mspace width=".167em"></mspace><mi>n</mi></math>'
    assert "mspace" not in render(r"$\log(n)$")


def test_accents_are_marked_as_such() -> None:
    assert render(r"$\hat{x}$") == '<math><mover accent="true"><mi>x</mi><mo>ˆ</mo></mover></math>'


def test_a_number_between_dollars_needs_no_mathml() -> None:
    assert render(r"up by $13.02\%$, $-3$ and $\sim$5") == "up by 13.02%, −3 and ∼5"


@pytest.mark.parametrize(
    "formula",
    [
        r"$\ourmacro$",
        r"$x^$",
        r"${$x$",
        r"$\def\x{\x\x}\x$",
        r"$y \href{javascript:alert(1)}{x}$",
        r"$\class{evil}{x}$",
        r"$\style{position:fixed}{x}$",
        r"$\unicode{x0}$",
        r"$\hspace{9999em}x$",
        r"$\rule{99em}{99em}$",
        "$" + "x_" * 20 + "x$",
        "$" + "{" * 60 + "x" + "}" * 60 + "$",
        "$" + r"\hat" * 150 + "x$",
        "$" + "x+" * 600 + "x$",
    ],
)
def test_a_formula_that_cannot_be_set_safely_stays_as_written(formula: str) -> None:
    html = render(f"before {formula} after")
    assert "".join(parsed(html).itertext()) == f"before {formula} after"
    assert "<math" not in html.replace("<math><mi>x</mi></math>", "")


def test_a_text_full_of_formulas_sets_the_first_ones() -> None:
    html = render(" ".join(f"$x_{{{number}}}$" for number in range(3_000)))
    assert 500 < html.count("<math>") < 1_000
    assert html.count('class="tex"') == 3_000 - html.count("<math>")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            r"Fr\'{e}chet, M\"uller, Erd\H{o}s, na\"{\i}ve, {\"o}, \v{Z}",
            "Fréchet, Müller, Erdős, naïve, ö, Ž",
        ),
        (r"\L{}ukasz, \O rsted, Stra\ss e, \c{c}a", "Łukasz, Ørsted, Straße, ça"),
        (r"5\%, a\_b, \#1, \$3, R\&D", "5%, a_b, #1, $3, R&amp;D"),
        ("``quoted'' and `single', don't, 5''", "“quoted” and ‘single’, don't, 5''"),
        ('``mixed"', "“mixed”"),
        ("1--2 and so --- yes; --flag", "1–2 and so — yes; --flag"),
        ("Fig.~3, about ~10, 5~10", "Fig.\u00a03, about ~10, 5~10"),
        (r"\emph{a \textbf{b}} \texttt{c\_d}", "<em>a <strong>b</strong></em> <code>c_d</code>"),
        (r"{\it Gaia} and {\bf b}", "<em>Gaia</em> and <strong>b</strong>"),
        (r"\em all of it", "all of it"),
        (r"\textsc{Small} \underline{u} \textcolor{red}{r} {Total Variation}", "Small u r Total Variation"),
        (r"shown by~\cite{a,b}, \citep[see][]{c}.", "shown by,."),
        (r"\enquote{so}\footnote{a note}", "“so” (a note)"),
        (r"\ours{} and \foo{bar}", '<span class="tex">\\ours</span> and <span class="tex">\\foo{bar}</span>'),
        (r"the \alpha-decay, \eg here, \ldots", "the α-decay, e.g. here, …"),
        ("a set {a: 1} and {0,1}", "a set {a: 1} and {0,1}"),
        (r"$\textbf{some words}$", "<strong>some words</strong>"),
        (r"\emph{not closed", "<em>not closed</em>"),
        ("unopened}", "unopened}"),
    ],
)
def test_tex_in_the_text_is_read(text: str, html: str) -> None:
    assert render(text) == html


@pytest.mark.parametrize(
    ("text", "url", "label"),
    [
        ("see https://example.org/a_b.", "https://example.org/a_b", "https://example.org/a_b"),
        ("(https://example.org/a(b))", "https://example.org/a(b)", "https://example.org/a(b)"),
        (r"\url{https://example.org/a\_b}", "https://example.org/a_b", "https://example.org/a_b"),
        (r"\href{https://example.org/}{\texttt{here}}", "https://example.org/", "here"),
        (r"$\href{https://example.org/}{here}$", "https://example.org/", "here"),
        ('https://example.org/"onload="x', "https://example.org/", "https://example.org/"),
    ],
)
def test_addresses_become_links(text: str, url: str, label: str) -> None:
    (link,) = parsed(render(text)).iter("a")
    assert dict(link.attrib) == {"href": url, "rel": "nofollow noopener"}
    assert link.text == label
    assert "<a" not in render(text, links=False)


def test_an_address_of_another_kind_is_no_link() -> None:
    assert render(r"\href{javascript:alert(1)}{x} \url{ftp://a.b}") == "x ftp://a.b"


def test_paragraphs_are_parted_by_empty_lines() -> None:
    assert render_paragraphs("one\ntwo\n\n\nthree \n \n") == "<p>one two</p><p>three </p>"
    assert render_paragraphs("") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"in $\mathcal{O}(n^2)$ time", "in O(n²) time"),
        (r"$10^{-3}$ of $H_0$, $x_{max}$", "10⁻³ of H₀, x_max"),
        (r"$\frac{a}{b}$, $\sqrt{x}$, $\frac12$", "a/b, √(x), 1/2"),
        (r"$5\,M_\odot$ at $60^\circ$", "5 M☉ at 60°"),
        (r"$\alpha \leq \log n$", "α ≤ log n"),
        (r"$\{0,1\}^n$", "{0,1}ⁿ"),
        (r"\emph{Gaia} \href{https://a.org/}{here} & <b>", "Gaia here (https://a.org/) & <b>"),
        (r"\ours{} is 5\% better", "ours is 5% better"),
        ("one\n\ntwo\nthree", "one\n\ntwo three"),
        (r"$\textcolor{red}{x} \sim y$", "x ∼ y"),
    ],
)
def test_plain_text_reads_well(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    "unit",
    ["$", "$$", r"\(", r"\[", r"\"", "{", "}", r"\emph{", r"{\em ", "`", "``", "-", "\\", "http://a", "\n\n",
     r"\cite{", "$x_1$", r"$\frac{a}{b}$", "$" + r"\hat" * 170 + "x$", "$" + "{x_" * 12 + "}" * 12 + "$",
     r"\textcolor{", "https://" + "a" * 999 + ")" * 900 + " ", "$" + r"\frac12" * 99 + "$", "$1 aaaa ",
     "$" + "'" * 600 + "$", "$" + r"\begin{pmatrix}" + r"a&b\\" * 80 + r"\end{pmatrix}$",
     "$" + r"\left(" * 100 + "$"],
)  # fmt: skip
def test_no_text_takes_long(unit: str) -> None:
    text = unit * (50_000 // len(unit))
    formulas.mathml.cache_clear()
    start = time.process_time()
    render(text)
    assert time.process_time() - start < 1.0  # 0.05 s on an idle machine; quadratic work takes minutes


@pytest.mark.shared
def test_nearly_all_formulas_of_real_abstracts_are_set(shared: Path) -> None:
    with (shared / "corpus.jsonl.zst").open("rb") as file:
        lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8")
        texts = [json.loads(line)["abstract"] for line in itertools.islice(lines, 0, 270_000, 13)]
    found = [piece for text in texts for piece in tex.pieces(text) if isinstance(piece, tex.Formula)]
    assert len(found) > 4_000
    assert sum(formulas.mathml(piece.latex, piece.block) is not None for piece in found) > 0.975 * len(found)
    for text in texts:
        assert {name.removeprefix("/") for name in re.findall(r"<(/?\w*)", render(text))} <= ALLOWED
