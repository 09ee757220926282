"""Everything under `/api/v1`, which is taken apart only once someone asks: see `door`."""

from django.urls import URLPattern, URLResolver, re_path

from dailypapers.api.v1 import door

urlpatterns: list[URLPattern | URLResolver] = [
    # Line breaks too: what is asked under /api/v1 is answered in JSON, whatever it is.
    re_path(r"^api/v1(?:/[\s\S]*)?\Z", door.enter, name="api-v1"),
]
