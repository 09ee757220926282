"""Server time, queries and size of every page with all papers held: `python -m benchmarks.pages`.

Needs a home folder with the papers in it (DAILYPAPERS_HOME; `benchmarks.file_load --keep FOLDER` makes one).
Each page is asked for 60 times through Django's whole stack, middleware included; the first time warms it.
What a process remembers for a minute (the counts of long lists) is then forgotten before each of nine
further requests: their median is what the first reader of a minute waits for. On a machine with other work
the CPU column says what the page itself took, the others also what it waited for.
"""

import os
import statistics
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dailypapers.site.settings")

ROUNDS = 60
ANEW = 9
PAGES = (
    "/",
    "/papers/date/2026-04-15",
    "/papers/date/2026-04-15?field=cs.CL",
    "/papers/date/2026-04-15?show=submitted",
    "/papers/week/2026-W16",
    "/papers/week/2026-W16?field=cs",
    "/papers/month/2026-04",
    "/papers/month/2026-04?field=cs",
    "/papers/month/2026-04?order=newest&page=20",
    "/papers/trending",
    "/papers/trending?field=cs.CV",
    "/papers/2604.04913",
    "/covers/2604.04913.svg",
    "/status/coverage?month=2026-04",
)


def main() -> None:
    """Print a table, one line a page."""
    django.setup()
    from django.conf import settings
    from django.core.cache import caches
    from django.db import connection
    from django.test import Client

    from dailypapers.catalogue.models import Paper

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    client = Client()
    styles = sum(
        (settings.PACKAGE / "web" / "static" / name).stat().st_size
        for name in ("tokens.css", "site.css", "keys.js")
    )
    print(f"{Paper.objects.count():,} papers held; styles and script together {styles / 1000:.1f} KB")
    numbers = f"{'median ms':>10}{'p95 ms':>8}{'p95 CPU':>9}{'anew ms':>9}{'queries':>9}"
    print(f"{'page':<46}{numbers}{'KB':>7}{'with styles':>13}")
    for address in PAGES:
        queries: list[str] = []

        def note(execute, sql, params, many, context, queries=queries):  # type: ignore[no-untyped-def]
            queries.append(sql)
            return execute(sql, params, many, context)

        caches["memory"].clear()
        with connection.execute_wrapper(note):
            response = client.get(address)
        if response.status_code != 200:
            print(f"{address:<46} answered {response.status_code}")
            continue
        times: list[float] = []
        worked: list[float] = []
        anew: list[float] = []
        for taken, rounds in ((times, ROUNDS), (anew, ANEW)):
            for _ in range(rounds):
                if taken is anew:
                    caches["memory"].clear()
                started, began = time.perf_counter(), time.process_time()
                client.get(address)
                taken.append(1000 * (time.perf_counter() - started))
                if taken is times:
                    worked.append(1000 * (time.process_time() - began))
        size = len(response.content) / 1000
        p95, p95_worked = (statistics.quantiles(one, n=20)[-1] for one in (times, worked))
        print(
            f"{address:<46}{statistics.median(times):>10.1f}{p95:>8.1f}{p95_worked:>9.1f}{statistics.median(anew):>9.1f}{len(queries):>9}{size:>7.1f}"
            f"{size + styles / 1000:>13.1f}"
        )


if __name__ == "__main__":
    main()
