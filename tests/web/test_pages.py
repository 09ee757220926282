import json
import re
from datetime import date, timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.records import Author, Authority, Link, Listed, Summary, Version, Withdrawal
from dailypapers.ingest.models import Coverage
from dailypapers.ranking.lists import PER_PAGE
from dailypapers.ranking.models import Score
from dailypapers.ranking.refresh import refresh
from dailypapers.ranking.signal_registry import all_signals
from tests.papers import DAY, NOW, hold, mention, named, record

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return response.content.decode()


def test_an_empty_site_says_how_to_fill_it(client: Client) -> None:
    assert "dailypapers ingest arxiv" in text_of(client, "/")


def test_the_front_page_is_the_newest_day(client: Client) -> None:
    hold(record(1), record(2, listed=(Listed(DAY - timedelta(days=1), "arxiv", announced=True),)))
    page = text_of(client, "/")
    assert "Wednesday, April 15" in page
    assert 'href="/papers/2604.00001"' in page
    assert 'href="/papers/2604.00002"' not in page
    assert 'href="/papers/date/2026-04-14" rel="prev"' in page


def test_a_card_shows_what_a_reader_decides_by(client: Client) -> None:
    extra = mention(1182, comments=5, submitter="Grace Hopper", organization="Analytical Society")
    hold(record(1, links=(Link("code", "https://github.com/x/y", 307),), **extra))
    refresh()
    page = text_of(client, "/papers/date/2026-04-15")
    for shown in (
        "1,182", "5 comments", "307★", "Charles Babbage</span> and 1 more", "Analytical Society",
        "by Grace Hopper</span>", "those of Hugging Face Daily Papers",
        "We measure paper", "April 15", "/covers/2604.00001.svg", "Why here?",
    ):  # fmt: skip
        assert shown in page, shown


def test_a_later_submission_is_marked(client: Client) -> None:
    later = DAY + timedelta(days=2)
    listed = (Listed(DAY, "arxiv", announced=True), Listed(later, "huggingface", submitted=True))
    hold(record(1, listed=listed, **mention(3, later)))
    assert "put forward April 17" in text_of(client, "/papers/date/2026-04-17")


def test_every_list_offers_its_largest_fields_and_the_one_that_was_asked_for(client: Client) -> None:
    hold(record(1, categories=("cs.CL",), **mention(3)), record(2, categories=("math.AG",), **mention(2)))
    refresh()
    for path in ("/papers/date/2026-04-15", "/papers/trending"):
        page = text_of(client, path)
        assert f'href="{path}?field=cs.CL" title="cs.CL: 1 paper"' in page
        assert ">Algebraic geometry</a>" in page
        page = text_of(client, f"{path}?field=q-bio.GN")
        assert f'href="{path}?field=q-bio.GN" title="q-bio.GN" aria-current="true">Genomics</a>' in page


@pytest.mark.parametrize(
    "address",
    ["/papers/date/2026-04-15", "/papers/week/2026-W16", "/papers/month/2026-04", "/papers/trending"],
)
def test_a_list_costs_the_same_queries_for_two_papers_as_for_many(client: Client, address: str) -> None:
    hold(*(record(number, **mention(number)) for number in (1, 2)))
    refresh()
    with CaptureQueriesContext(connection) as few:
        text_of(client, address)
    hold(*(record(number, **mention(number)) for number in range(3, PER_PAGE + 10)))
    refresh()
    caches["memory"].clear()
    with CaptureQueriesContext(connection) as many:
        text_of(client, address)
    assert len(few) == len(many) <= 14


def test_a_paper_page_costs_a_fixed_number_of_queries(client: Client) -> None:
    crowd = tuple(Author(f"Author Number{number}") for number in range(3_000))
    hold(record(1, authors=crowd, **mention(3)))
    with CaptureQueriesContext(connection) as queries:
        page = text_of(client, "/papers/2604.00001")
    assert len(queries) == 16
    assert "Author Number49" in page
    assert 'href="/papers/2604.00001?authors=all#authors" rel="nofollow">and 2,950 more</a>' in page
    assert "Author Number2999" not in page
    assert len(page) < 20_000
    with CaptureQueriesContext(connection) as queries:
        page = text_of(client, "/papers/2604.00001?authors=all")
    assert len(queries) == 16
    assert "Author Number2999" in page


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/papers/date/2026-02-31", "there is no day 2026-02-31"),
        ("/papers/date/20260-01-01", "is not a day such as"),
        ("/papers/week/2026-W60", "there is no week"),
        ("/papers/month/2026-00", "there is no month"),
        ("/papers/date/2026-04-15?order=loudest", "ordered by"),
        ("/papers/date/2026-04-15?show=none", "?show=submitted"),
        ("/papers/date/2026-04-15?page=0", "numbered from 1"),
        ("/papers/date/2026-04-15?page=99999999999999999999", "numbered from 1"),
        ("/papers/date/2026-04-15?page=0000000019999999999999999999", "numbered from 1"),
        ("/papers/trending?page=0000000019999999999999999999", "numbered from 1"),
        ("/papers?page=%D9%A1", "numbered from 1"),
        ("/papers/date/2026-04-15?field=%3Cscript%3E", "no such field"),
        ("/status/coverage?month=x", "is not a month"),
        (f"/thumbnails/{'7' * 400}.webp", "no picture of this paper"),
        ("/covers/%00.svg", ""),
        ("/share-cards/%00.png", ""),
        ("/papers/%00", "No paper has this address"),
        ("/papers/2604.99999", "https://arxiv.org/abs/2604.99999"),
        ("/papers/nonsense", "No paper has this address"),
        ("/nowhere", "no page at this address"),
    ],
)
def test_a_wrong_address_says_what_is_wrong(client: Client, address: str, said: str) -> None:
    page = text_of(client, address, 404).replace("&lt;", "<").replace("&quot;", '"')
    assert said in page
    assert "<script>" not in page


def test_an_empty_day_offers_the_nearest_that_has_something(client: Client) -> None:
    hold(record(1))
    page = text_of(client, "/papers/date/2026-04-18")
    assert "Nothing was announced on Saturday, April 18" in page
    assert 'href="/papers/date/2026-04-15"' in page


def test_a_field_without_papers_leads_back_to_all(client: Client) -> None:
    hold(record(1))
    page = text_of(client, "/papers/date/2026-04-15?field=hep-th")
    assert "Show everything" in page
    assert "The nearest" not in page


def test_an_empty_selection_offers_the_nearest_day_that_has_some_of_it(client: Client) -> None:
    far, near = (
        (Listed(DAY + timedelta(days=days), "arxiv", announced=True, submitted=days < 0),) for days in (-5, 2)
    )
    hold(record(1), record(2, categories=("hep-th",), listed=far), record(3, listed=near))
    page = text_of(client, "/papers/date/2026-04-15?field=hep-th&order=newest")
    assert "The nearest day with such papers is Friday, April 10, 2026." in page
    assert 'href="/papers/date/2026-04-10?field=hep-th&amp;order=newest"' in page
    page = text_of(client, "/papers/date/2026-04-17?show=submitted")
    assert "Nothing here is put forward." in page
    assert 'href="/papers/date/2026-04-10?show=submitted"' in page
    assert "Friday, April 10" in text_of(client, "/papers?field=hep-th")


@pytest.mark.parametrize("path", ["/papers/date/2026-04-15", "/papers/month/2026-04", "/papers/trending"])
def test_a_page_past_the_end_says_so_and_leads_back(client: Client, path: str) -> None:
    hold(*(record(number, **mention(3)) for number in range(1, PER_PAGE + 2)))
    refresh()
    page = text_of(client, f"{path}?page=1234&field=cs")
    assert "This list has no page 1,234." in page
    assert f'href="{path}?field=cs">The first page' in page
    assert f'href="{path}?field=cs&amp;page=2">The last, page 2' in page
    assert "Nothing was announced" not in page


@pytest.mark.parametrize(
    "way",
    [
        "2604.00001v2", "arXiv:2604.00001", "arxiv:2604.00001v1", "https://arxiv.org/abs/2604.00001v3",
        "https://arxiv.org/pdf/2604.00001", "doi:10.1000/XYZ.1", "10.1000/xyz.1", "https://doi.org/10.1000/xyz.1",
        "acl:2026.acl-long.7", "https://openreview.net/forum?id=AbCdEf12_3", "openreview:AbCdEf12_3",
        "2604.00001/", "arxiv.org/abs/2604.00001v2", "https:/arxiv.org/abs/2604.00001",
        "doi.org/10.1000/xyz.1", "10.1000/xyz.1/", "openreview.net/forum?id=AbCdEf12_3",
        "https:/openreview.net/forum?id=AbCdEf12_3",
    ],
)  # fmt: skip
def test_any_identifier_leads_to_the_paper(client: Client, way: str) -> None:
    names = ("2604.00001", "doi:10.1000/xyz.1", "acl:2026.acl-long.7", "openreview:AbCdEf12_3")
    hold(record(1, identifiers=tuple(named(name) for name in names)))
    response = client.get(f"/papers/{way}")
    assert response.status_code == 301
    assert response["Location"] == "/papers/2604.00001"


def test_a_paper_page_shows_what_is_known(client: Client) -> None:
    hold(
        record(
            1,
            versions=(
                Version(named("2604.00001"), 1, DAY),
                Version(named("2604.00001"), 2, DAY + timedelta(9)),
            ),
            licence="http://creativecommons.org/licenses/by/4.0/",
            comment="12 pages",
            venue="Proceedings of Growth",
            summaries=(Summary("Things grow.", "huggingface"),),
            links=(
                Link("code", "https://github.com/x/y", 3),
                Link("pdf", "https://arxiv.org/pdf/2604.00001"),
            ),
            **mention(7),
        )
    )
    page = text_of(client, "/papers/2604.00001")
    for shown in (
        "<math", "v2", "April 24, 2026", "creativecommons.org", "12 pages", "Proceedings of Growth",
        "https://github.com/x/y", '<meta name="citation_title"', '<meta name="citation_author" content="',
        'name="citation_arxiv_id" content="2604.00001"', "og:title", "7 votes", 'rel="canonical"', ".bib",
        "Things grow.",
    ):  # fmt: skip
        assert shown in page, shown


def test_a_withdrawn_paper_says_so_on_its_page_and_its_card(client: Client) -> None:
    hold(record(1, withdrawal=Withdrawal(DAY, "An error in the proof of Lemma 2")))
    page = text_of(client, "/papers/2604.00001")
    for shown in (
        "An error in the proof of Lemma 2",
        "<title>Withdrawn: On the measured growth",
        'property="og:title" content="Withdrawn: On the measured',
        'property="og:description" content="Withdrawn. We measure',
        'name="description" content="Withdrawn. We measure',
        'name="citation_keywords" content="withdrawn"',
    ):
        assert shown in page, shown
    assert "withdrawn" in text_of(client, "/papers/date/2026-04-15")
    for ending in ("bib", "ris", "json"):
        assert "Lemma 2" in text_of(client, f"/papers/2604.00001.{ending}")


def test_the_reason_of_a_withdrawal_and_the_day_of_a_paper_are_said_once(client: Client) -> None:
    reason = "An error in the proof of Lemma 2"
    hold(record(1, withdrawal=Withdrawal(DAY, reason), comment=reason))
    page = text_of(client, "/papers/2604.00001")
    assert page.count(reason) == 1
    assert "Announced" in page
    assert "Appeared" not in page


def test_the_citation_files_have_their_types(client: Client) -> None:
    hold(record(1), record(2, identifiers=(named("doi:10.1000/a.b/c"),)))
    assert client.get("/papers/2604.00001.bib")["Content-Type"].startswith("application/x-bibtex")
    assert "TY  - " in text_of(client, "/papers/doi:10.1000/a.b/c.ris")
    assert json.loads(text_of(client, "/papers/2604.00001.json"))[0]["title"]


def test_hostile_text_is_shown_as_text(client: Client) -> None:
    evil = '<script>alert(1)</script><img src=x onerror=alert(2)> "quoted" \' ‮'
    extra = mention(3, submitter=evil, organization=evil)
    links = (Link("code", "javascript:alert(1)"), Link("project", 'https://x.org/"><script>'))
    hold(record(1, title=evil, abstract=evil, authors=(Author(evil),), comment=evil, links=links, **extra))
    for address in ("/papers/date/2026-04-15", "/papers/2604.00001"):
        page = text_of(client, address)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "javascript:" not in page


def test_a_page_may_load_only_what_is_its_own(client: Client) -> None:
    policy = client.get("/about")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy


def test_the_cover_is_a_small_picture_that_stays_the_same(client: Client) -> None:
    hold(record(1))
    first, second = (client.get("/covers/2604.00001.svg") for _ in range(2))
    assert first["Content-Type"].startswith("image/svg+xml")
    assert first.content == second.content
    assert len(first.content) < 3_000
    assert client.get("/covers/2604.77777.svg").status_code == 404


def test_the_sample_says_that_it_is_one(client: Client) -> None:
    hold(
        record(
            1,
            authority=Authority.SAMPLE,
            source="sample",
            abstract="",
            summaries=(Summary("It grows.", "sample"),),
        )
    )
    page = text_of(client, "/")
    assert "This is the bundled sample" in page
    assert "It grows." in page
    hold(record(1))
    assert "This is the bundled sample" not in text_of(client, "/")


def test_a_list_says_how_whole_it_is(client: Client) -> None:
    hold(record(1))
    page = text_of(client, "/papers/date/2026-04-15")
    assert "not counted against the sources" in page
    row = Coverage.objects.create(
        source="arxiv", day=DAY, announced=3, held=1, state=Coverage.State.GAP, checked_at=NOW
    )
    assert "2 announced papers still missing" in text_of(client, "/papers/date/2026-04-15")
    row.held, row.state = 3, Coverage.State.COMPLETE
    row.save()
    assert "complete for arXiv, not counted for Hugging Face" in text_of(client, "/papers/date/2026-04-15")
    Coverage.objects.create(source="huggingface", day=DAY, state=Coverage.State.EMPTY, checked_at=NOW)
    assert ">complete</a>" in text_of(client, "/papers/date/2026-04-15")


def test_coverage_shows_the_calendar(client: Client) -> None:
    hold(record(1))
    Coverage.objects.create(
        source="arxiv", day=DAY, announced=3, held=1, state=Coverage.State.GAP, error="503", checked_at=NOW
    )
    for address in ("/status/coverage", "/status/coverage?month=2026-04"):
        page = text_of(client, address)
        assert "1 of\N{NO-BREAK SPACE}3" in page
        assert "503" in page


def test_the_day_names_its_time_zone(client: Client) -> None:
    assert "America/New_York" in text_of(client, "/about")


def test_health_answers_without_papers(client: Client) -> None:
    assert text_of(client, "/status/health") == "ok\n"


def test_a_local_identifier_has_an_address_too(client: Client) -> None:
    hold(record(1, identifiers=(Identifier("local", "iros2009:5354535"),), day=date(2009, 10, 1), listed=()))
    assert "measured growth" in text_of(client, "/papers/local:iros2009:5354535")


def test_a_paper_page_shows_each_part_of_its_score_and_they_add_up(client: Client) -> None:
    hold(record(1, links=(Link("code", "https://github.com/x/y", 307),), **mention(112, comments=5)))
    refresh()
    page = text_of(client, "/papers/2604.00001")
    table = page[page.index('<section id="score">') : page.index("</table>")]
    for shown in ("112 votes", "0 fresh votes", "5 comments", "307 stars", "in Language counts 8"):
        assert shown in table, shown
    *parts, heat, day, total = (float(one) for one in re.findall(r'class="number">([\d.]+)<', table))
    assert heat == pytest.approx(sum(parts), abs=0.002)
    assert total == pytest.approx(heat + day, abs=0.001)
    assert len(parts) == 4
    assert Score.objects.get().trending == pytest.approx(total, abs=0.0005)


def test_a_paper_that_nobody_spoke_of_has_no_score_to_show(client: Client) -> None:
    hold(record(1))
    assert "Its place in the lists" not in text_of(client, "/papers/2604.00001")


def test_the_formula_is_published_with_every_signal_and_its_weight(client: Client) -> None:
    page = text_of(client, "/about")
    for signal in all_signals():
        assert f"{signal.weight} · {signal.formula}" in page
        assert signal.why in page
    hold(record(1))
    assert 'href="/about#order"' in text_of(client, "/papers/date/2026-04-15")
    assert 'href="/about#order"' in text_of(client, "/papers/trending")
