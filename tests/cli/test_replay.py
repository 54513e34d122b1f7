"""`responder replay`, on a base of each kind that was made by texting."""

import json
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result

from responder.authoring import load_catalog
from responder.clock import utc_now
from responder.core.messages import Inbound
from responder.inbox import Inbox
from responder.keys import Keys
from responder.store.database import Database
from responder.store.retention import retain
from responder.store.tables import metadata
from tests.cli.conftest import STATED, Run
from tests.docs.pages import ROOT, read
from tests.factories import (
    ACCOUNT,
    ADVANCED_NUMBER,
    KLUBBEN,
    NOON,
    OFF_NUMBER,
    PERSON,
    TOKEN,
    inbound,
    write_config,
)

FRIEND = "+46701740606"
RENAMED = KLUBBEN.replace('"KLUBB"', '"BAGARE"')
NOW = utc_now()
Texted = Callable[..., None]
Call = Callable[..., Result]


@pytest.fixture
def texted(database: Database, config: Path) -> Texted:
    """A person texts, so many days ago."""

    def text(word: str, days: float = 5, sender: str = PERSON, **more: str) -> None:
        at = NOW - timedelta(days=days)
        message: Inbound = inbound(word, sender=sender, at=at, **more)
        Inbox(database, lambda: load_catalog(config)[0], lambda: at).receive([message])

    return text


@pytest.fixture
def call(run: Run, config: Path, here: Path, database: Database) -> Call:
    """One command on that base."""
    write_config(here / "next", klubben=RENAMED)
    environ = {
        "RESPONDER_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "RESPONDER_SECRET_KEY": "0" * 64,
        "RESPONDER_PUBLIC_URL": "https://sms.example",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
    }
    return lambda *arguments: run(*arguments, **environ)


@pytest.fixture
def replay(call: Call) -> Call:
    return lambda *options: call("replay", "--config", "next", *options)


def summary(result: Result) -> dict[str, object]:
    found: dict[str, object] = json.loads(result.stdout.splitlines()[-1])
    return found


def test_nothing_differs_with_the_config_in_use(call: Call, texted: Texted) -> None:
    for word in ("JA", "BULLE", "hej", "sluta skicka"):
        texted(word)
    result = call("replay", "--config", "config")
    assert result.exit_code == 0
    assert "4 texts of 1 person since" in result.stdout
    assert "Nothing would be different." in result.stdout


def test_a_renamed_keyword_is_shown_with_who_would_be_out(replay: Call, texted: Texted) -> None:
    texted("KLUBB")
    texted("klubb!", sender=FRIEND)
    result = replay()
    assert result.exit_code == 1
    for part in (
        "2 x 'KLUBB'",
        "present: opt_in by keyword.klubb of klubben, opted_in, 2 segments",
        "new:     not understood, unknown, 2 segments",
        "klubben: 2 in with the present config only: +46…05, +46…06",
    ):
        assert part in result.stdout
    assert PERSON not in result.stdout


def test_machines_get_each_difference_and_a_summary(replay: Call, texted: Texted) -> None:
    texted("KLUBB")
    texted("hej")  # answered no second time on the day on which KLUBB was not understood
    text, after, member, last = map(json.loads, replay("--json").stdout.splitlines())
    assert (text["text"], text["new"]["outcome"]) == ("KLUBB", "unknown")
    assert (after["present"]["segments"], after["new"]["segments"]) == (1, 0)
    assert (member["programme"], member["in"], member["person"]) == ("klubben", "present", "+46…05")
    assert (last["texts"], last["understood_differently"], last["different"]) == (2, 1, 2)
    assert last["in_with_present_only"] == {"klubben": 1}


def test_what_came_before_the_window_is_where_they_stood(replay: Call, texted: Texted) -> None:
    texted("KLUBB", days=100)
    texted("stopp", days=5)
    texted("JA", days=4)
    result = replay("--since", "90d", "--json")
    assert summary(result)["texts"] == 2
    assert result.exit_code == 0


def test_a_member_from_before_the_window_is_in_on_both_sides(replay: Call, texted: Texted) -> None:
    texted("KLUBB", days=100)
    texted("KLUBB", days=5)
    assert summary(replay("--json"))["in_with_present_only"] == {}


def test_an_act_of_a_colleague_between_texts_counts_on_both_sides(
    call: Call, replay: Call, texted: Texted
) -> None:
    texted("KLUBB")
    act = ("--channel", "phone", "--actor", "Kim", "--reason", "called")
    assert call("contacts", "opt-out", PERSON, *act).exit_code == 0
    found = summary(replay("--json"))
    assert (found["understood_differently"], found["in_with_present_only"]) == (1, {})


def test_an_import_before_a_text_counts_on_both_sides(
    call: Call, replay: Call, texted: Texted, here: Path
) -> None:
    (here / "a.csv").write_text(f"phone\n{PERSON}\n", encoding="utf-8")
    (here / "a.toml").write_text(STATED, encoding="utf-8")
    assert call("contacts", "import", "a.csv", "--provenance", "a.toml").exit_code == 0
    texted("KLUBB", days=-1)
    text, last = map(json.loads, replay("--json").stdout.splitlines())
    assert (text["present"]["outcome"], text["new"]["outcome"]) == ("already_in", "unknown")
    assert last["in_with_present_only"] == {}


def test_a_text_that_retention_emptied_is_counted_and_what_it_did_stays(
    replay: Call, texted: Texted, database: Database, config: Path
) -> None:
    texted("KLUBB", days=400)
    texted("hej", days=1)
    retain(database, Keys("0" * 64), load_catalog(config)[0], NOW)
    found = summary(replay("--since", "500d", "--json"))
    assert (found["texts"], found["unreadable"], found["in_with_present_only"]) == (1, 1, {})
    told = replay("--since", "500d").stdout
    assert "Not decided again: 1, whose words were erased or are too old." in told


def test_what_the_provider_said_of_a_text_counts(replay: Call, texted: Texted) -> None:
    texted("KLUBB", to=OFF_NUMBER)
    raw = '{"OptOutType": "STOP", "Body": "nope"}'
    texted("nope", 4, to=ADVANCED_NUMBER, raw=raw, provider_opt_out="STOP")
    assert summary(replay("--json"))["in_with_present_only"] == {}


def test_a_number_that_is_not_in_the_new_config_is_said_once(
    replay: Call, texted: Texted, here: Path
) -> None:
    house = (here / "next" / "responder.toml").read_text(encoding="utf-8")
    kept = [block for block in house.split("[[numbers]]") if OFF_NUMBER not in block]
    (here / "next" / "responder.toml").write_text("[[numbers]]".join(kept), encoding="utf-8")
    klubben = RENAMED.replace(f'"{OFF_NUMBER}", ', "")
    (here / "next" / "programmes" / "klubben.toml").write_text(klubben, encoding="utf-8")
    texted("JA", to=OFF_NUMBER)
    texted("hej", to=OFF_NUMBER)
    told = f"{OFF_NUMBER} is not in next: 2 of these texts came to it."
    assert replay().stdout.count(told) == 1


def test_a_replay_writes_nothing(replay: Call, texted: Texted, count: Callable[..., int]) -> None:
    texted("KLUBB")
    before = {table: count(table) for table in metadata.tables}
    assert replay().exit_code == 1
    assert {table: count(table) for table in metadata.tables} == before


def test_only_the_most_frequent_groups_are_shown_unless_all_are_asked_for(
    replay: Call, texted: Texted, here: Path
) -> None:
    words = [f"KAKA{letter}{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTU"]
    more = RENAMED.replace('"BAGARE"', ", ".join(f'"{word}"' for word in words))
    (here / "next" / "programmes" / "klubben.toml").write_text(more, encoding="utf-8")
    for index, word in enumerate(words):
        texted(word, sender=f"+467017406{10 + index}")
    assert "and 1 more kinds of difference: --all shows them" in replay().stdout
    assert "--all shows them" not in replay("--all").stdout


@pytest.mark.parametrize("since", ["soon", "90", "-3d", ""])
def test_a_time_that_is_none_is_wrong_usage(replay: Call, since: str) -> None:
    result = replay("--since", since)
    assert (result.exit_code, "write 90d, 12h or 2026-11-21T08:00" in result.stderr) == (2, True)


def test_a_config_with_an_error_is_not_replayed(replay: Call, here: Path) -> None:
    broken = RENAMED.replace('"BAGARE"', '"STOPP"')
    (here / "next" / "programmes" / "klubben.toml").write_text(broken, encoding="utf-8")
    result = replay()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "STOPP" in result.stderr


def test_the_page_for_marketers_shows_what_is_really_said(
    call: Call, texted: Texted, config: Path, here: Path
) -> None:
    """The page's own table of texts, replayed with the page's own file."""
    page = read("docs/try-before-live.md")
    for folder in (config, here / "config-next"):
        shutil.copytree(ROOT / "config", folder, dirs_exist_ok=True)
    (file,) = re.findall(r"^```toml\n(# config/.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (here / "config-next" / "programmes" / "klubben.toml").write_text(file, encoding="utf-8")
    said = re.findall(r"^\| (\+46\d+) \| `(.+)` \|$", page, re.MULTILINE)
    for hours, (person, word) in enumerate(said):
        texted(word, (NOW - NOON) / timedelta(days=1) - hours / 24, person)
    told = call("replay", "--since", "2026-11-01", "--config", "config-next").stdout
    assert f"responder replay --since 2026-11-01 --config config-next\n{told}```" in page
