"""The web application that granian serves."""

import os
import sys
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dailypapers.site.settings")
# The matrices of a search are small and its readers many: threads for one would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

application = get_wsgi_application()


def make_search_ready() -> None:
    """Open the search index beside the first pages, which do not need it."""
    from dailypapers.catalogue import finding

    # A page gives up its turn at each row it reads, and would wait 5 ms for the next each time.
    usual = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        finding.make_ready()
    finally:
        sys.setswitchinterval(usual)


# The server reads this file in the process that serves, after its last fork.
Thread(target=make_search_ready, name="open-index", daemon=True).start()
