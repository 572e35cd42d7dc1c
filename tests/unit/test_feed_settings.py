"""Where prices come from is said once and without contradiction."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from bot.settings.settings import Settings, load_settings
from core.errors import ConfigError

KEY = "5f1c2d9b7e5f1c2d9b7e"
OPENALGO = f'[feed]\nsource = "openalgo"\nurl = "http://127.0.0.1:5000"\napikey = "{KEY}"\n'


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("COUNTERSIGN_")]:
        monkeypatch.delenv(name)


def loaded(folder: Path, text: str) -> Settings:
    """What a settings file of this text means."""
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return load_settings(folder / "config.toml")


def test_prices_are_simulated_unless_told_otherwise(tmp_path: Path) -> None:
    feed = loaded(tmp_path, "").feed

    assert (feed.source, feed.seed, feed.tick_every) == ("simulated", "", timedelta(seconds=1))


@pytest.mark.parametrize("written", ["42", '"42"'])
def test_a_seed_is_text_or_a_number(tmp_path: Path, written: str) -> None:
    assert loaded(tmp_path, f"[feed]\nseed = {written}\n").feed.seed == "42"


def test_a_file_of_ticks_is_beside_the_settings(tmp_path: Path) -> None:
    feed = loaded(tmp_path, '[feed]\nsource = "replay"\nfile = "ticks.csv"\nspeed = 60\nloop = true\n').feed

    assert (feed.file, feed.speed, feed.loop) == (str(tmp_path / "ticks.csv"), 60, True)
    assert loaded(tmp_path, '[feed]\nsource = "replay"\nfile = "/data/t.csv"\n').feed.file == "/data/t.csv"


def test_the_key_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_FEED__APIKEY", KEY)
    feed = loaded(tmp_path, OPENALGO.replace(KEY, "")).feed

    assert feed.apikey.get_secret_value() == KEY


def test_the_key_is_never_printed(tmp_path: Path) -> None:
    settings = loaded(tmp_path, OPENALGO)

    assert not any(KEY in text for text in (repr(settings), str(settings.feed), settings.model_dump_json()))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('source = "zerodha"', "feed.source: "),
        ('sauce = "replay"', "feed.sauce is not a setting"),
        ('source = "replay"', 'feed: source = "replay" needs file'),
        ('source = "openalgo"\napikey = "x"', 'feed: source = "openalgo" needs url'),
        ('source = "openalgo"\nurl = "http://x"', 'feed: source = "openalgo" needs apikey'),
        ('file = "t.csv"', 'feed: file is only for source = "replay", but source is "simulated"'),
        ('url = "http://x"', 'feed: url is only for source = "openalgo", but source is "simulated"'),
        ("loop = true", "feed: loop is only for"),
        ('poll_every = "2s"', "feed: poll_every is only for"),
        ('source = "replay"\nfile = "t.csv"\nseed = "1"', 'feed: seed is only for source = "simulated"'),
        ('source = "replay"\nfile = "t.csv"\ntick_every = "2s"', "feed: tick_every is only for"),
        ('source = "replay"\nfile = "t.csv"\nspeed = -1', "feed.speed: "),
        ('source = "replay"\nfile = "t.csv"\nspeed = inf', "feed.speed: "),
        ('tick_every = "0s"', "feed.tick_every: "),
        ('source = "openalgo"\napikey = "x"\nurl = "x:5000"', "feed: url must be an address such as http://"),
        ('source = "openalgo"\napikey = "x"\nurl = "ftp://x"', "feed: url must be an address such as http://"),
        ('source = "openalgo"\napikey = "x"\nurl = "http://u:p@x"', "feed: url must have no user"),
        ('source = "openalgo"\napikey = "x"\nurl = "http://x/?apikey=1"', "feed: url must have no user"),
        ('source = "openalgo"\napikey = "x"\nurl = "http://x:99999"', "feed: "),
    ],
)
def test_a_contradiction_is_refused_by_its_name(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        loaded(tmp_path, f"[feed]\n{text}\n")

    assert complaint in str(refusal.value)


def test_the_tick_has_one_place(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"paper\.tick_every is not a setting"):
        loaded(tmp_path, '[paper]\ntick_every = "1s"\n')


def test_the_key_is_not_in_complaints(tmp_path: Path) -> None:
    for text in (OPENALGO.replace("openalgo", "replay"), OPENALGO + "speed = 2\n", OPENALGO + "seed = true\n"):
        with pytest.raises(ConfigError) as refusal:
            loaded(tmp_path, text)
        assert KEY not in str(refusal.value)
