"""The cache that all processes share: it runs out, adds in one step, and holds between processes."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dailypapers.site.shared_cache import SharedCache


@pytest.fixture
def cache(tmp_path: Path) -> SharedCache:
    return SharedCache(str(tmp_path / "cache.sqlite3"), {})


def test_a_value_is_kept_until_it_runs_out(cache: SharedCache) -> None:
    cache.set("a", [1, "two"], 0.2)
    assert cache.get("a") == [1, "two"]
    time.sleep(0.25)
    assert cache.get("a", "none") == "none"


def test_of_two_who_add_one_is_told_so(cache: SharedCache) -> None:
    assert cache.add("a", 1, 0.2)
    assert not cache.add("a", 2, 60)
    time.sleep(0.25)
    assert cache.add("a", 3, 60)
    assert cache.get("a") == 3


def test_adding_to_a_number_does_not_prolong_it(cache: SharedCache) -> None:
    cache.set("a", 1, 0.3)
    assert cache.incr("a") == 2
    time.sleep(0.35)
    with pytest.raises(ValueError, match="add to"):
        cache.incr("a")
    assert cache.add("a", 1), "an error leaves nothing locked"


def test_touch_delete_and_clear(cache: SharedCache) -> None:
    cache.set("a", 1, 0.2)
    assert cache.touch("a", 60)
    time.sleep(0.25)
    assert cache.get("a") == 1
    assert cache.delete("a")
    assert not cache.delete("a")
    cache.set("b", None)
    assert cache.get("b", "none") is None
    cache.clear()
    assert cache.get("b", "none") == "none"


def test_what_ran_out_is_thrown_away(cache: SharedCache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dailypapers.site.shared_cache.SWEPT_EVERY", 2)
    cache.set("a", 1, 0)
    cache.set("b", 1, 0)
    cache.set("c", 1, 60)
    rows = cache._connection().execute("SELECT count(*) FROM entry").fetchone()
    assert rows == (1,)


def test_no_count_is_lost_between_threads_and_processes(cache: SharedCache) -> None:
    cache.set("a", 0, 60)
    count = (
        "import sys; from dailypapers.site.shared_cache import SharedCache\n"
        "cache = SharedCache(sys.argv[1], {})\n"
        "for _ in range(100): cache.incr('a')"
    )
    path = str(cache._path)
    told = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    others = [subprocess.Popen([sys.executable, "-c", count, path], env=told) for _ in range(2)]
    threads = [threading.Thread(target=lambda: [cache.incr("a") for _ in range(100)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [other.wait(60) for other in others] == [0, 0]
    assert cache.get("a") == 500
