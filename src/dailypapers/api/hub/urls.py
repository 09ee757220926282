"""The addresses of the Hugging Face Hub that we answer as it does."""

from django.urls import URLPattern, path, re_path

from dailypapers.api.hub import account, lists, paper, search, writing

urlpatterns: list[URLPattern] = [
    path("api/daily_papers", lists.daily_papers),
    path("api/papers", lists.by_cursor),
    path("api/papers/search", search.search),
    path("api/papers/index", writing.index),
    path("api/papers/submit", writing.submit),
    path("api/settings/papers/claim", writing.claim),
    re_path(r"^api/papers/(?P<handle>.+)/links$", writing.links),
    re_path(r"^api/papers/(?P<handle>.+)/comment$", writing.comment),
    re_path(r"^api/papers/(?P<handle>.+)/comment/(?P<comment>[^/]+)/reply$", writing.reply),
    re_path(r"^api/papers/(?P<handle>.+)/comment/(?P<comment>[^/]+)/hide$", writing.hide),
    path("api/whoami-v2", account.whoami),
    path("api/agent-harnesses", paper.agent_harnesses),
    re_path(r"^api/arxiv/(?P<handle>.+)/repos$", paper.repos),
    re_path(r"^api/papers/(?P<handle>.+)$", paper.info),
    re_path(r"^api(?:/.*)?$", paper.unknown),
]
