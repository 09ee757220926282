"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """The site's name and public address, for every template."""
    base_url = settings.BASE_URL or f"{request.scheme}://{request.get_host()}"
    zone = settings.LISTING_ZONE.key
    return {
        "site_name": settings.SITE_NAME,
        "base_url": base_url,
        "zone": zone,
        "zone_city": zone.rpartition("/")[2].replace("_", " "),
        "here": request.path,
    }
