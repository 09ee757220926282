"""One's own feed: the newest papers from what one follows, for whoever has its private address."""

from datetime import UTC, datetime
from html import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dailypapers.api.feeds.answer import answer
from dailypapers.api.feeds.feed import Entry, Feed, page_of, site_of, told_plainly
from dailypapers.api.feeds.papers import entries_of, stamps_of
from dailypapers.catalogue.clock import today
from dailypapers.catalogue.models import Category
from dailypapers.community.actions.follow import all_of
from dailypapers.community.feed_addresses import person_of
from dailypapers.presentation.following import ShownFollow, because
from dailypapers.ranking.followed import LAST_PAGE, PER_PAGE, newest_followed
from dailypapers.ranking.nearby import newest_day


@require_safe
@told_plainly
def following(request: HttpRequest, form: str, secret: str) -> HttpResponse:
    """What /following shows to its reader, by an address that its reader can give up."""
    person = person_of(secret)
    if person is None:
        raise Http404("This feed is gone, or its address is not whole. Its owner finds it on /settings/feed.")
    page, site = page_of(request, LAST_PAGE), site_of(request)
    follows = all_of(person)
    found = newest_followed(follows, newest_day(today()) or today(), page)
    shown = found[:PER_PAGE]
    ids = [one.paper_id for one in shown]

    def entries() -> list[Entry]:
        fields: dict[int, list[str]] = {}
        for paper_id, name in Category.objects.filter(paper__in=ids).values_list("paper_id", "name"):
            fields.setdefault(paper_id, []).append(name)
        by_number = {one.pk: one for one in follows}
        said = {}
        for one in shown:
            if reasons := because(fields.get(one.paper_id, []), one, by_number):
                told = ", ".join(_told(reason, site) for reason in reasons)
                said[one.paper_id] = f"<p>{told[0].upper()}{told[1:]}</p>"
        return entries_of(ids, site, said)

    feed = Feed(
        path=f"/feeds/{secret}/following",
        home="/following",
        title=f"What {person.shown_name} follows · {settings.SITE_NAME}",
        about="The newest papers from what you follow. Whoever has this address can read it.",
        stamps=[*stamps_of(ids), *((one.paper_id, sorted(one.by.items())) for one in shown)],
        entries=entries,
        page=page,
        has_next=len(found) > PER_PAGE and page < LAST_PAGE,
        began=datetime(person.joined_at.year, 1, 1, tzinfo=UTC),
        private=True,
    )
    return answer(request, form, feed)


def _told(reason: ShownFollow, site: str) -> str:
    return f'{reason.how} <a href="{escape(site + reason.address)}">{escape(reason.label)}</a>'
