"""Error pages that say what to do next."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, with the reason where one was given."""
    reason = str(exception.args[0]) if exception.args and isinstance(exception.args[0], str) else ""
    response = render(request, "pages/not_found.html", {"reason": reason})
    return HttpResponseNotFound(response.content)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: no database, no context, so that it shows whatever is broken."""
    return render(request, "pages/server_error.html", status=500)
