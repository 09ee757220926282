"""The addresses that search engines and chats ask."""

from django.urls import URLPattern, path

from dailypapers.api.discovery import oembed, sitemaps

urlpatterns: list[URLPattern] = [
    path("sitemap.xml", sitemaps.index),
    path("sitemaps/papers-<int:number>.xml", sitemaps.papers),
    path("sitemaps/lists.xml", sitemaps.lists),
    path("sitemaps/shared.xml", sitemaps.shared),
    path("oembed", oembed.oembed),
]
