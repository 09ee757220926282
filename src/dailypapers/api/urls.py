"""The addresses that programs ask, tried before the pages, of which `/papers/…` takes whatever is left."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
