"""The table of Twilio's codes, judged a second time."""

import pytest

from responder.core.delivery import Verdict
from responder.gateways.twilio import Twilio
from responder.gateways.twilio_errors import VERDICTS, verdict

SOURCE = "https://www.twilio.com/docs/api/errors/"
EXPECTED = {
    Verdict.HALT: "10001 20003 20005 20404 30002",
    Verdict.RETRY: "14107 20429 21611 30001 30003 30008 30022 30500 63017 63018 63038",
    Verdict.UNKNOWN: "20500 20503",
    Verdict.BLOCKED: "21610",
    Verdict.UNREACHABLE: "21211 21214 21217 21614 21635 30005 30006",
    Verdict.REFUSED: (
        "21212 21408 21602 21605 21606 21608 21612 21617 30004 30007 30010 30024 30034 63016 63024"
    ),
}
JUDGED = [(code, kind) for kind, codes in EXPECTED.items() for code in codes.split()]


@pytest.mark.parametrize(("code", "expected"), JUDGED)
def test_a_code_means_what_its_page_says(code: str, expected: Verdict) -> None:
    assert verdict(code) is expected, SOURCE + code


def test_every_code_of_the_table_was_judged_twice() -> None:
    assert sorted(VERDICTS) == sorted(code for code, _ in JUDGED)


@pytest.mark.parametrize("code", ["99999", "", "nonsense", "0", "twenty", "²²²"])
def test_a_code_nobody_knows_is_refused(code: str) -> None:
    assert verdict(code) is Verdict.REFUSED


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("401", Verdict.HALT),
        ("429", Verdict.RETRY),
        ("500", Verdict.UNKNOWN),
        ("599", Verdict.UNKNOWN),
        ("400", Verdict.REFUSED),
    ],
)
def test_three_digits_are_an_http_status(status: str, expected: Verdict) -> None:
    assert verdict(status) is expected


def test_the_gateway_reads_receipts_by_the_same_table(twilio: Twilio) -> None:
    assert twilio.verdict("30003") is Verdict.RETRY
    assert twilio.verdict("21610") is Verdict.BLOCKED
