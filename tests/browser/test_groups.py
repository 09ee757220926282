"""Organizations, private groups and their lists in a real Chromium: made, joined, filled, followed, shut."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from dailypapers.catalogue.models import Paper
from dailypapers.community.actions import arrange, collect, group, group_papers, membership
from dailypapers.community.actions.comment import write
from dailypapers.community.actions.moderate_collection import withhold
from dailypapers.community.actions.report import report_collection
from dailypapers.community.actions.take_away import take_away
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.collections import CollectedPaper, Collection
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.follows import Follow
from dailypapers.community.models.groups import Group
from dailypapers.community.models.people import User
from tests.browser.test_community import signed_in
from tests.browser.test_in_a_browser import browser as browser
from tests.community.people import person
from tests.papers import hold, mention, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = "/papers/date/2026-04-15"
TELEPHONE = {"width": 360, "height": 780}


@pytest.fixture
def alice(transactional_db: None) -> User:
    return person("alice")


@pytest.fixture
def bob(transactional_db: None) -> User:
    return person("bob")


@pytest.fixture
def site(live_server: LiveServer, settings: Settings, alice: User, bob: User) -> str:
    settings.ACCOUNTS = "open"
    settings.ORGANIZATIONS = settings.GROUPS = "everyone"
    hold(*(record(number, **mention(number, submitter="someone")) for number in (1, 2, 3)))
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture(autouse=True)
def closed_after(browser: Browser) -> Iterator[None]:
    yield
    for context in browser.contexts:
        context.close()


def with_bob(kind: Group.Kind, name: str) -> Group:
    alice, bob = User.objects.get(handle="alice"), User.objects.get(handle="bob")
    made = group.create(person=alice, kind=kind, name=name, about="What we read.")
    membership.invite(by=alice, group_id=made.pk, handle="bob")
    membership.join(person=bob, group_id=made.pk)
    return made


def from_making_to_following(desk: Page, member: Page, reader: Page) -> None:
    """Make an organization, invite, accept, make a list of it, save a paper into it, follow it."""
    desk.goto("/organizations/new")
    desk.get_by_label("Name").fill("Lab of Engines")
    desk.get_by_role("button", name="Make it").click()
    desk.get_by_label("Invite by handle").fill("@bob")
    desk.get_by_role("button", name="Invite").click()
    expect(desk.get_by_role("status")).to_have_text("They are told.")

    member.goto("/notifications")
    member.get_by_role("button", name="Alice (@alice) invites you to Lab of Engines.").click()
    member.get_by_role("button", name="Join").click()
    member.get_by_role("link", name="Make a list").click()
    member.get_by_label("Name").fill("To read")
    member.get_by_label("Others can see it").check()
    member.get_by_role("button", name="Make it").click()
    expect(member.get_by_role("heading", name="To read")).to_be_visible()
    expect(member.get_by_text("a list of Lab of Engines")).to_be_visible()

    member.goto(LIST)
    card = member.locator(".paper", has_text="number 2604.00002")
    card.get_by_role("button", name="Save").click()
    card.get_by_role("link", name="to a collection").click()
    member.get_by_role("group", name="In lists of Lab of Engines").get_by_label("To read").check()
    member.get_by_role("button", name="Keep").click()
    expect(member.get_by_role("status")).to_have_text("Kept.")

    reader.goto("/organizations/lab-of-engines")
    reader.get_by_role("link", name="To read").click()
    expect(reader.locator(".paper")).to_have_count(1)
    expect(reader.get_by_text("put here by")).to_have_count(0)
    reader.get_by_role("button", name="Follow").click()
    expect(reader.get_by_role("button", name="Following")).to_be_visible()
    reader.goto("/following")
    expect(reader.locator(".paper", has_text="number 2604.00002").get_by_text("From To read")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_organization_is_made_joined_and_its_list_filled_and_followed(
    browser: Browser, site: str, alice: User, bob: User, javascript: bool
) -> None:
    wrong: list[str] = []
    pages = [
        signed_in(browser, site, who, java_script_enabled=javascript) for who in (alice, bob, person("carol"))
    ]
    for page in pages:
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    from_making_to_following(*pages)
    place = CollectedPaper.objects.get()
    assert (place.added_by, place.collection.is_public) == (bob, True)
    assert Follow.objects.get().collection == place.collection
    assert wrong == []


def test_a_list_of_a_private_group_is_made_filled_and_found_by_members_only(
    browser: Browser, site: str, alice: User, bob: User
) -> None:
    readers = with_bob(Group.Kind.PRIVATE, "Tuesday readers")
    member = signed_in(browser, site, bob, viewport=TELEPHONE, color_scheme="dark")
    member.goto("/groups")
    member.get_by_role("link", name="Tuesday readers").click()
    member.get_by_role("link", name="Make a list").click()
    member.get_by_label("Name").fill("Confidential")
    expect(member.get_by_label("Others can see it")).to_have_count(0)
    member.get_by_role("button", name="Make it").click()
    secret = Collection.objects.get()
    member.goto("/papers/2604.00003")
    member.get_by_text("Collections", exact=True).click()
    member.get_by_label("Confidential").check()
    member.locator("form.keep-form").get_by_role("button", name="Keep").click()
    member.goto(secret.address)
    expect(member.locator(".paper")).to_have_count(1)
    member.get_by_role("button", name="Follow").click()
    expect(member.get_by_role("button", name="Following")).to_be_visible()

    stranger = signed_in(browser, site, person("root", is_moderator=True, is_superuser=True))
    for address in (secret.address, f"/collections/{secret.pk}/change", f"{readers.address}/lists"):
        answer = stranger.goto(address)
        assert answer is not None
        assert answer.status == 404, address
        expect(stranger.get_by_text("Confidential")).to_have_count(0)
    stranger.goto("/papers/2604.00003")
    expect(stranger.get_by_text("Confidential")).to_have_count(0)


def test_what_an_administrator_takes_away_leaves_its_place(
    browser: Browser, site: str, alice: User, bob: User
) -> None:
    readers = with_bob(Group.Kind.PRIVATE, "Tuesday readers")
    paper = Paper.objects.get(handle="2604.00001")
    write(person=bob, paper_id=paper.pk, body="Alice is wrong.", group_id=readers.pk)
    page = signed_in(browser, site, alice)
    page.goto(f"{readers.address}/papers/{paper.pk}")
    page.get_by_role("link", name="Take away").click()
    page.get_by_label("Why?").fill("Not about the paper")
    page.get_by_role("button", name="Take it away").click()
    gone = "Taken away by Alice, an administrator of the group: Not about the paper."
    expect(page.get_by_text(gone)).to_be_visible()
    expect(page.get_by_text("Alice is wrong.")).to_have_count(0)
    author = signed_in(browser, site, bob)
    author.goto(f"{readers.address}/papers/{paper.pk}")
    expect(author.get_by_text(f"{gone} Only you can read it.")).to_be_visible()
    expect(author.get_by_text("Alice is wrong.")).to_be_visible()
    page.get_by_role("link", name="Show it again").click()
    page.get_by_role("button", name="Show it again").click()
    expect(page.get_by_text("Alice is wrong.")).to_be_visible()


def fill() -> dict[str, list[str]]:
    """An organization and a group with all that their pages can show; addresses by who looks at them."""
    alice, bob = User.objects.get(handle="alice"), User.objects.get(handle="bob")
    carol, mo = person("carol"), person("mo", is_moderator=True)
    lab, readers = with_bob(Group.Kind.ORGANIZATION, "Lab"), with_bob(Group.Kind.PRIVATE, "Readers")
    papers = list(Paper.objects.order_by("pk"))
    lists = []
    for of in (lab, readers):
        for paper in papers:
            group_papers.add(person=alice, group_id=of.pk, paper_id=paper.pk)
        made = collect.create(
            person=alice,
            name="A long name of a list " * 4,
            about="For *all*",
            is_public=True,
            group_id=of.pk,
        )
        arrange.add(person=bob, collection_id=made.pk, paper_ids=[one.pk for one in papers])
        lists.append(made)
    for who in (alice, bob):
        vote(person=who, paper_id=papers[0].pk)
    said = write(person=bob, paper_id=papers[0].pk, body="Alice is wrong.", group_id=readers.pk)
    take_away(by=alice, comment_id=Comment.everywhere.get(pk=said.pk).pk, reason="Off the subject")
    shown = collect.create(person=carol, name="Shop", is_public=True)
    own = collect.create(person=mo, name="Mine", is_public=True)
    for one in (shown, own, lists[0]):
        report_collection(person=person(f"reader-{one.pk}"), collection_id=one.pk, reason="spam", text="So.")
    withhold(collection_id=shown.pk, by=mo, reason="An advertisement")
    at = f"/collections/{lists[1].pk}"
    return {
        "bob": [
            lab.address,
            f"{lab.address}/lists",
            lists[0].address,
            readers.address,
            f"{readers.address}/lists",
            f"{readers.address}/papers/{papers[0].pk}",
            lists[1].address,
            f"{at}/change",
            f"{at}/papers/{papers[0].pk}",
            f"/saved/{papers[0].pk}",
        ],
        "carol": [lab.address, lists[0].address, shown.address, f"/collections/{shown.pk}/change"],
        "mo": [
            "/moderation",
            f"/moderation/collections/{shown.pk}",
            f"/moderation/collections/{own.pk}",
            shown.address,
            "/moderation/log",
        ],
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_their_pages_pass_axe_and_fit_a_telephone(browser: Browser, site: str, scheme: str) -> None:
    for handle, addresses in fill().items():
        who = User.objects.get(handle=handle)
        page = signed_in(browser, site, who, color_scheme=scheme, viewport=TELEPHONE)
        for address in addresses:
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == 200, (handle, address)
            assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"], address
            found = Axe().run(page)
            assert not found.response["violations"], (address, found.generate_report())
