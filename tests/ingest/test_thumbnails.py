"""First pages as pictures."""

import contextlib
import io
import os
import resource
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from dailypapers.ingest import thumbnails
from dailypapers.ingest.addresses import CheckedTransport
from dailypapers.ingest.http import Http
from dailypapers.ingest.thumbnails import (
    Candidate,
    ThumbnailFailure,
    make_thumbnails,
    may_fetch,
    render_first_page,
)
from tests.origins.origin import NOT_FOUND, Answer, Origin


def pdf(
    content: bytes = b"0 0 1 rg 100 100 300 500 re f", box: str = "0 0 612 792", extra: bytes = b""
) -> bytes:
    """A whole PDF of one page, drawn by `content`."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % extra,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << >> >>" % box.encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    written = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(written)


def test_the_first_page_becomes_a_picture_of_the_width_asked() -> None:
    image = Image.open(io.BytesIO(render_first_page(pdf(), 320)))
    assert image.format == "WEBP"
    assert image.size == (320, 415) or image.size == (320, 414)
    red, green, blue = image.convert("RGB").getpixel((130, 230))  # type: ignore[misc]
    assert (red, green) < (60, 60)
    assert blue > 200
    assert image.convert("RGB").getpixel((5, 5)) >= (245, 245, 245)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"", "not a PDF"),
        (b"<html>Sign in</html>", "not a PDF"),
        (b"%PDF-1.4\nnothing of a PDF follows", "PdfiumError"),
        (pdf()[:60], "PdfiumError"),
        (pdf(box="0 0 100000 100000"), "points"),
        (pdf(box="0 0 10000 20"), "strip"),
        (pdf().replace(b"/Kids [3 0 R] /Count 1", b"/Kids [] /Count 0"), "pages|PdfiumError"),
        (
            pdf(extra=b"/Encrypt 9 0 R").replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt << /Filter /X >>"),
            "Pdfium",
        ),
        (b"%PDF-1.4" + b"x" * (thumbnails.LARGEST_PDF + 1), "bytes"),
    ],
)
def test_a_bad_pdf_is_refused_with_its_reason(bad: bytes, reason: str) -> None:
    with pytest.raises(ThumbnailFailure, match=reason):
        render_first_page(bad)


def test_a_pdf_that_takes_too_long_is_given_up() -> None:
    # Each level draws the one below it twenty times: 20 to the power of 8 squares.
    endless = _nested_forms(8, 20)
    start = time.monotonic()
    with pytest.raises(ThumbnailFailure, match=r"took more than 2 s|killed"):
        render_first_page(endless, time_limit=2)
    assert time.monotonic() - start < 8


def _nested_forms(levels: int, times: int) -> bytes:
    page = pdf(content=b"/F0 Do")
    resources = b"/Resources << /XObject << /F0 10 0 R >> >>"
    head = page[: page.index(b"xref")].replace(b"/Resources << >>", resources)
    forms = bytearray()
    for level in range(levels):
        draws = b" ".join([b"/F0 Do"] * times) if level < levels - 1 else b"0 0 612 792 re f"
        forms += (
            b"%d 0 obj << /Type /XObject /Subtype /Form /BBox [0 0 612 792] "
            b"/Resources << /XObject << /F0 %d 0 R >> >> /Length %d >>\nstream\n%s\nendstream\nendobj\n"
            % (10 + level, 11 + level, len(draws), draws)
        )
    return head + bytes(forms) + b"trailer << /Root 1 0 R >>\n%%EOF\n"


def test_a_pdf_that_wants_too_much_memory_is_refused() -> None:
    pixels = zlib.compress(b"\x00" * (60_000 * 60_000 // 8), 9)
    image = (
        b"10 0 obj << /Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 "
        b"/ColorSpace /DeviceRGB /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\n"
        % (len(pixels), pixels)
    )
    page = pdf(content=b"612 0 0 792 0 0 cm /I0 Do")
    head = page[: page.index(b"xref")].replace(
        b"/Resources << >>", b"/Resources << /XObject << /I0 10 0 R >> >>"
    )
    bomb = head + image + b"trailer << /Root 1 0 R >>\n%%EOF\n"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with contextlib.suppress(ThumbnailFailure):  # Refused, or rendered without its picture …
        assert len(render_first_page(bomb)) < 100_000
    # … and in no case paid for by this process.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_a_damaged_pdf_gives_a_picture_or_a_reason(data: st.DataObject) -> None:
    damaged = bytearray(pdf())
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(9, len(damaged) - 1))
        damaged[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ThumbnailFailure):
        assert render_first_page(bytes(damaged), 32)[8:12] == b"WEBP"


@pytest.mark.parametrize(
    "licence",
    [
        "http://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by-sa/4.0/",
        "https://creativecommons.org/licenses/by/3.0", "http://creativecommons.org/publicdomain/zero/1.0/",
        "https://www.creativecommons.org/publicdomain/mark/1.0/", "CC BY 4.0", "cc-by", "CC-BY-SA-4.0",
        "cc_by", "CC0", "CC0 1.0 Universal", "public domain", "Public-Domain",
        "Creative Commons Attribution 4.0 International",
        "CC BY-SA 3.0 Unported", "CC-BY 4.0 International License",
    ],
)  # fmt: skip
def test_free_licences_may_be_shown(licence: str) -> None:
    assert may_fetch(licence, "open")
    assert not may_fetch(licence, "none")


@pytest.mark.parametrize(
    "licence",
    [
        "", "http://arxiv.org/licenses/nonexclusive-distrib/1.0/", "https://creativecommons.org/licenses/by-nc/4.0/",
        "https://creativecommons.org/licenses/by-nd/4.0/", "https://creativecommons.org/licenses/by-nc-sa/4.0/",
        "CC BY-NC 4.0", "cc_by_nc_nd", "CC BY-ND", "cc-by-nc-sa", "All rights reserved", "not public domain",
        "https://evil.example/creativecommons.org/licenses/by/4.0/", "https://creativecommons.org.evil/licenses/by/4.0",
        "CC", "by", "Creative Commons Attribution-NonCommercial 4.0", "bronze", "elsevier-specific",
    ],
)  # fmt: skip
def test_other_licences_may_not_unless_the_site_says_all(licence: str) -> None:
    assert not may_fetch(licence, "open")
    assert may_fetch(licence, "all")


def test_an_unknown_policy_is_an_error() -> None:
    with pytest.raises(ValueError, match="open, all or none"):
        may_fetch("CC0", "some")


class Library(Origin):
    """Serves PDFs."""

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        answers = {
            "/good.pdf": Answer(pdf(), "application/pdf"),
            "/bad.pdf": Answer(b"%PDF-1.4 broken", "application/pdf"),
            "/long.pdf": Answer(b"%PDF-1.4" + b" " * 2_000, "application/pdf"),
            "/busy.pdf": Answer(b"", "text/plain", 503),
        }
        return answers.get(path, NOT_FOUND)


CC_BY = "https://creativecommons.org/licenses/by/4.0/"


def run(
    library: Library, folder: Path, *papers: Candidate, limit: int = 10, policy: str = "open"
) -> thumbnails.Counts:
    with Http(transport=CheckedTransport(["127.0.0.1"]), attempts=1, wait=0.01) as http:
        return make_thumbnails(papers, http, folder, limit, policy)


def test_pictures_are_stored_by_paper_and_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    with Library() as library:
        paper = Candidate(7, f"{library.url}/good.pdf", CC_BY)
        assert run(library, folder, paper).made == 1
        again = run(library, folder, paper)
    assert (again.made, again.held) == (0, 1)
    assert library.asked == ["/good.pdf"]
    assert [path.name for path in folder.iterdir()] == ["7.webp"]
    assert Image.open(folder / "7.webp").format == "WEBP"


def test_what_may_not_be_shown_is_not_fetched(tmp_path: Path) -> None:
    with Library() as library:
        papers = [
            Candidate(1, f"{library.url}/good.pdf", "CC BY-NC"),
            Candidate(2, f"{library.url}/good.pdf"),
        ]
        assert run(library, tmp_path, *papers).not_licensed == 2
        assert library.asked == []
        assert run(library, tmp_path, *papers, policy="all").made == 2


@pytest.mark.parametrize(
    ("path", "reason"), [("/bad.pdf", "Pdfium"), ("/gone.pdf", "HTTP 404"), ("/long.pdf", "MB")]
)
def test_a_failure_for_good_is_remembered_for_thirty_days(
    path: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thumbnails, "LARGEST_PDF", 1_500)
    with Library() as library:
        paper = Candidate(7, library.url + path, CC_BY)
        assert run(library, tmp_path, paper).failed_for_good == 1
        assert reason in (tmp_path / "7.none").read_text()
        assert run(library, tmp_path, paper).resting == 1
        assert library.asked == [path]
        old = time.time() - 31 * 86_400
        os.utime(tmp_path / "7.none", (old, old))
        assert run(library, tmp_path, paper).failed_for_good == 1
    assert library.asked == [path, path]


def test_a_picture_takes_the_place_of_an_old_failure(tmp_path: Path) -> None:
    marker = tmp_path / "7.none"
    marker.write_text("it was not there")
    os.utime(marker, (0, 0))
    with Library() as library:
        assert run(library, tmp_path, Candidate(7, f"{library.url}/good.pdf", CC_BY)).made == 1
    assert not marker.exists()


def test_a_server_that_is_busy_is_asked_again_next_time(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    with Library() as library:
        paper = Candidate(7, f"{library.url}/busy.pdf", CC_BY)
        assert run(library, folder, paper).failed_for_now == 1
        assert run(library, folder, paper).failed_for_now == 1
    assert list(folder.iterdir()) == []


def test_a_link_into_the_private_network_is_refused_for_good(tmp_path: Path) -> None:
    with Library() as library, Http(transport=CheckedTransport(), attempts=1) as http:
        counts = make_thumbnails([Candidate(7, f"{library.url}/good.pdf", CC_BY)], http, tmp_path, 10)
    assert counts.failed_for_good == 1
    assert library.asked == []
    assert "only ports 80 and 443" in (tmp_path / "7.none").read_text()


def test_no_more_papers_are_tried_than_asked(tmp_path: Path) -> None:
    with Library() as library:
        papers = [Candidate(number, f"{library.url}/{number}.pdf", CC_BY) for number in range(5)]
        counts = run(library, tmp_path, Candidate(9, "x", "none"), *papers, limit=2)
    assert counts.tried == 2
    assert len(library.asked) == 2
    assert "2 for good" in str(counts)
