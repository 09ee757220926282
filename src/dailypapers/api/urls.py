"""The addresses that programs ask, tried before the pages, of which `/papers/…` takes whatever is left."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("dailypapers.api.feeds.urls")),
    path("", include("dailypapers.api.markdown.urls")),
    path("", include("dailypapers.api.discovery.urls")),
    path("", include("dailypapers.api.mcp.urls")),
    path("", include("dailypapers.api.v1.urls")),
    path("", include("dailypapers.api.hub.urls")),
]
