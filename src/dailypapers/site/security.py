"""What keeps a page from doing what it was not made for, and whom the site answers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = "; ".join(
    (
        "default-src 'none'",
        "img-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",  # a field's colour is set on its element
        "script-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the content security policy, unless the page set its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "interest-cohort=()")
        return response

    return middleware


HEALTH = "/status/health"


def health_for_anyone(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, before all others: the health check answers under any name.

    A load balancer asks by IP address. The answer says nothing but "ok" and repeats nothing of what was
    asked, so that the name does not matter; every other page is answered under its own names only.
    """
    from dailypapers.web.pages.status import health

    def middleware(request: HttpRequest) -> HttpResponse:
        return health(request) if request.path == HEALTH else get_response(request)

    return middleware
