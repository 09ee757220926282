from dailypapers.ranking import signals
from dailypapers.ranking.evidence import Evidence
from dailypapers.ranking.signal_registry import all_signals


def test_every_file_of_the_folder_is_a_signal_of_its_name() -> None:
    import pkgutil

    assert {one.name for one in all_signals()} == {one.name for one in pkgutil.iter_modules(signals.__path__)}


def test_a_signal_says_what_it_measured_in_words() -> None:
    said = [one.amount(Evidence(votes=1204, fresh=1, comments=2, stars=0)) for one in all_signals()]
    assert said == ["1,204 votes", "1 fresh vote", "2 comments", "0 stars"]
