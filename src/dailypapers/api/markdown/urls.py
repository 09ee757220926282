"""The addresses of pages as Markdown: those of the pages with `.md`."""

from django.urls import URLPattern, path, re_path

from dailypapers.api.markdown import lists, paper, people, site

urlpatterns: list[URLPattern] = [
    path("llms.txt", site.llms),
    path("papers.md", lists.newest),
    re_path(r"^papers/(?P<kind>date|week|month)/(?P<text>[^/]+)\.md$", lists.of_period),
    path("papers/trending.md", lists.trending),
    path("search.md", lists.search),
    re_path(r"^collections/(?P<number>\d{1,15})(?:-(?P<words>[\w-]*))?\.md$", lists.collection),
    path("organizations.md", lists.organizations),
    re_path(r"^organizations/(?P<slug>[-\w]+)\.md$", lists.organization),
    re_path(r"^people/(?P<handle>[-\w]+)\.md$", people.profile),
    path("about.md", site.about),
    path("status/coverage.md", site.coverage),
    re_path(r"^papers/(?P<handle>.+)\.md$", paper.paper),
]
