"""Every recorded day of the Hugging Face daily papers through the whole ingest, over HTTP.

    python -m benchmarks.huggingface_days

Serves `hf_daily_raw.tar.zst` of the shared data from a local server, harvests 2024-05-27 to 2026-04-30
into an empty catalogue, then has coverage look at each recorded day. Prints what came of it.
"""

import io
import json
import os
import sys
import tarfile
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path

import zstandard

FIRST, LAST = date(2024, 5, 27), date(2026, 4, 30)


def recorded_days(archive: Path) -> dict[str, bytes]:
    """The body of each day, by its date."""
    with archive.open("rb") as file:
        plain = zstandard.ZstdDecompressor().stream_reader(file).read()
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        return {
            Path(member.name).name[:10]: opened.read()
            for member in tar
            if member.name.endswith(".json") and (opened := tar.extractfile(member))
        }


def malformed(days: dict[str, bytes]) -> set[str]:
    """The days whose body is no list of objects."""
    return {
        day
        for day, body in days.items()
        if not isinstance(entries := json.loads(body), list)
        or any(not isinstance(entry, dict) for entry in entries)
    }


def main() -> int:
    """Run it; 0 when every good day is complete and every malformed day is reported."""
    shared = Path(os.environ.get("DAILYPAPERS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    archive = shared / "data" / "hf_daily_raw.tar.zst"
    if not archive.exists():
        print(f"needs {archive} (or DAILYPAPERS_SHARED), which is not here")
        return 1
    with tempfile.TemporaryDirectory(prefix="dailypapers-benchmark-") as home:
        os.environ["DAILYPAPERS_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "dailypapers.site.settings"
        os.environ.pop("DAILYPAPERS_DATABASE_URL", None)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        return _measure(recorded_days(archive))


def _measure(days: dict[str, bytes]) -> int:
    from tests.origins.huggingface import HuggingFaceOrigin

    from dailypapers.catalogue.models import Paper
    from dailypapers.ingest.coverage import reconcile
    from dailypapers.ingest.http import Http
    from dailypapers.ingest.models import Coverage, Rejection
    from dailypapers.ingest.run import harvest
    from dailypapers.ingest.source import Span
    from dailypapers.ingest.sources.huggingface import SOURCE

    bad = malformed(days)
    good = sorted(set(days) - bad)
    entries = sum(len(json.loads(days[day])) for day in good)
    print(f"recorded: {len(days)} days, {len(good)} good with {entries} entries, {len(bad)} malformed")
    with HuggingFaceOrigin(days) as origin, Http() as http:
        span = Span(today=LAST, since=FIRST, until=LAST, base_url=origin.url)
        for run in ("first harvest", "the same again"):
            started = time.perf_counter()
            result = harvest(SOURCE, span, http, base_url=origin.url)
            seconds = time.perf_counter() - started
            counts = ", ".join(f"{count} {what}" for what, count in sorted(result.counts.items()))
            print(f"{run}: {seconds:.1f} s, {counts}, {result.failure or 'no failure'}")
        started = time.perf_counter()
        for day in sorted(days):
            reconcile(SOURCE, date.fromisoformat(day), span, http)
        print(f"coverage of {len(days)} days: {time.perf_counter() - started:.1f} s")
    named = Counter(place[12:22] for place in Rejection.objects.values_list("place", flat=True))
    states = {f"{day}": state for day, state in Coverage.objects.values_list("day", "state")}
    print(f"papers held: {Paper.objects.count()}")
    print(f"malformed days reported by name: {len(named)}, {sum(named.values())} entries")
    for day in sorted(named):
        print(f"  huggingface {day}: {named[day]} entries, coverage {states.get(day)}")
    print(f"coverage of the good days: {dict(Counter(states[day] for day in good))}")
    whole = all(states[day] == "complete" for day in good)
    return 0 if whole and set(named) == bad else 1


if __name__ == "__main__":
    sys.exit(main())
