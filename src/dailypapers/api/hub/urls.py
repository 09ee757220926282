"""The addresses of the Hugging Face Hub that we answer as it does."""

from django.urls import URLPattern, path, re_path

from dailypapers.api.hub import lists, paper, search

urlpatterns: list[URLPattern] = [
    path("api/daily_papers", lists.daily_papers),
    path("api/papers", lists.by_cursor),
    path("api/papers/search", search.search),
    path("api/agent-harnesses", paper.agent_harnesses),
    re_path(r"^api/arxiv/(?P<handle>.+)/repos$", paper.repos),
    re_path(r"^api/papers/(?P<handle>.+)$", paper.info),
    re_path(r"^api(?:/.*)?$", paper.unknown),
]
