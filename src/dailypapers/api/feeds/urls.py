"""The addresses of the feeds: those of the lists with an ending."""

from django.urls import URLPattern, re_path

from dailypapers.api.feeds import lists

_FORM = r"\.(?P<form>rss|atom|json)$"

urlpatterns: list[URLPattern] = [
    re_path(rf"^papers{_FORM}", lists.newest),
    re_path(rf"^papers/(?P<kind>date|week|month)/(?P<text>[^/]+){_FORM}", lists.of_period),
    re_path(rf"^papers/trending{_FORM}", lists.trending),
]
