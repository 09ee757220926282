import pytest

from dailypapers.site import environment
from dailypapers.site.environment import WrongSetting


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("1", True), ("Off", False), ("", False)])
def test_a_boolean_is_read_in_its_usual_forms(text: str, value: bool) -> None:
    assert environment.DEBUG.read({"DAILYPAPERS_DEBUG": text}) is value


def test_a_wrong_value_names_the_variable_and_the_value() -> None:
    with pytest.raises(WrongSetting, match="DAILYPAPERS_DEBUG='perhaps': expected yes or no"):
        environment.DEBUG.read({"DAILYPAPERS_DEBUG": "perhaps"})


def test_a_time_zone_must_exist() -> None:
    assert environment.TIME_ZONE.read({"DAILYPAPERS_TIME_ZONE": "Europe/Berlin"}).key == "Europe/Berlin"
    with pytest.raises(WrongSetting, match="not a time zone"):
        environment.TIME_ZONE.read({"DAILYPAPERS_TIME_ZONE": "Moon/Crater"})


def test_a_list_is_parted_by_commas_or_spaces() -> None:
    assert environment.FIELDS.read({"DAILYPAPERS_FIELDS": "cs.CL, stat.ML hep-th"}) == (
        "cs.CL",
        "stat.ML",
        "hep-th",
    )


@pytest.mark.parametrize(
    ("setting", "good", "bad"),
    [
        (environment.BASE_URL, "http://10.0.0.1:8000", "ftp://papers.example.org"),
        (environment.BASE_URL, "https://papers.example.org", "https://"),
        (environment.BASE_URL, "https://[::1]:8000", "https://[::1"),
        (environment.THUMBNAILS, "none", "None"),
        (environment.SOURCES, "arxiv, biorxiv", "arxiv, bioxriv"),
    ],
)
def test_a_value_that_could_not_work_is_refused(
    setting: environment.Setting[object], good: str, bad: str
) -> None:
    assert setting.read({setting.name: good})
    with pytest.raises(WrongSetting, match=setting.name):
        setting.read({setting.name: bad})
