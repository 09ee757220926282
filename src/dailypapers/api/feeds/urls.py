"""The addresses of the feeds: those of the lists with an ending."""

from django.urls import URLPattern, re_path

from dailypapers.api.feeds import following, kept, lists, said, search

_FORM = r"\.(?P<form>rss|atom|json)$"
_COLLECTION = r"(?P<number>\d{1,15})(?:-(?P<words>[\w-]*))?"

urlpatterns: list[URLPattern] = [
    re_path(rf"^papers{_FORM}", lists.newest),
    re_path(rf"^papers/(?P<kind>date|week|month)/(?P<text>[^/]+){_FORM}", lists.of_period),
    re_path(rf"^papers/trending{_FORM}", lists.trending),
    re_path(rf"^search{_FORM}", search.search),
    # With .json the papers of a collection are CSL-JSON.
    re_path(rf"^collections/{_COLLECTION}\.(?P<form>rss|atom|feed\.json)$", kept.collection),
    re_path(rf"^organizations/(?P<slug>[-\w]+){_FORM}", kept.organization),
    re_path(rf"^papers/(?P<handle>.+)/comments{_FORM}", said.of_paper),
    re_path(rf"^comments{_FORM}", said.everywhere),
    re_path(rf"^people/(?P<handle>[-\w]+)/comments{_FORM}", said.by_person),
    re_path(rf"^people/(?P<handle>[-\w]+)/submissions{_FORM}", said.submitted_by),
    re_path(rf"^feeds/(?P<secret>[-\w]+)/following{_FORM}", following.following),
]
