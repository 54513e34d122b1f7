"""What the marketers' texts say, and to whom: languages, placeholders, links."""

import re
from collections.abc import Iterator

from responder.authoring.problems import Problem, excerpt
from responder.authoring.tongues import tongue_of
from responder.authoring.view import View, texts_of

_LINK = re.compile(r"(?:https?|htp|hhtps?|htps|htttps?)[:;/]\S*|\S+://\S*", re.IGNORECASE)
_GOOD_LINK = re.compile(r"https?://(?:\{\w+\}|[\w-]+(?:\.[\w-]+)+(?::\d+)?)(?:[/?#]\S*)?")
_FILLED_IN = ("keywords", "opt_in", "already_in")
"""The wordings in which {keywords} is not empty."""
_NEEDS = {
    "opt_in_request": "double",
    "opt_in_confirmed": "double",
    "opt_in_declined": "double",
    "opt_in_reminder": "reminder",
    "closed": "active",
    "thanks": "ask",
    "ask_again": "ask",
    "incentive": "incentive",
    "incentive_gone": "incentive",
}
_LACKS = {
    "double": 'it has no opt_in = "double"',
    "reminder": "it has no remind_after",
    "active": "it has no active dates",
    "ask": "it asks no question",
    "incentive": "it has no [incentive]",
}


def terms_in_one_language(view: View) -> Iterator[Problem]:
    """R412"""
    for language in view.languages[1:]:
        own = view.programme.wordings.get(language, {})
        missing = [name for name in ("messages", "frequency") if name not in own]
        if missing:
            fault = f"{' and '.join(missing)} stand in one language, and a number speaks"
            fault = f'{fault} "{language}" too'
            yield view.problem("R412", missing[0], fault, f"Add both below [wording.{language}]")


def texts_in_no_language_of_a_number(view: View) -> Iterator[Problem]:
    """R413"""
    wordings = view.programme.wordings
    spoken = {name for language in view.languages for name in wordings.get(language, {})}
    for written in view.table.wording:
        code = view.catalog.vocabulary.code_of(written)
        texts = [n for n in wordings.get(code or "", {}) if n not in ("messages", "frequency")]
        for name in texts if code not in view.languages else ():
            if name not in spoken:
                fault = f'Numbers of this programme speak "{view.languages[0]}", so it is not sent'
                remedy = f"Write it below [wording.{view.languages[0]}] too"
                yield view.problem("R413", f"wording.{written}.{name}", fault, remedy)


def texts_in_another_language(view: View) -> Iterator[Problem]:
    """R414"""
    for written, texts in view.table.wording.items():
        code = view.catalog.vocabulary.code_of(written)
        for name, text in texts.items():
            read = tongue_of(text, code) if code else None
            if read:
                fault = f'This stands below "{written}" and reads like "{read}": {excerpt(text)}'
                remedy = f"Translate it, or move it below [wording.{read}]"
                yield view.problem("R414", f"wording.{written}.{name}", fault, remedy)


def empty_placeholders(view: View) -> Iterator[Problem]:
    """R415"""
    for language, texts in view.table.wording.items():
        for name, text in texts.items():
            key = f"wording.{language}.{name}"
            if "{terms}" in text and not view.house.brand.terms_url:
                remedy = "Add terms_url below [brand] of the house, or take it out"
                yield view.problem("R415", key, "{terms} is empty: the house names none", remedy)
            if "{keywords}" in text and name not in _FILLED_IN:
                yield view.problem("R415", key, "{keywords} is empty in this text", "Take it out")


def dead_links(view: View) -> Iterator[Problem]:
    """R416"""
    for key, text in (*texts_of(view), ("offer", view.table.offer)):
        for found in _LINK.findall(text):
            if not _GOOD_LINK.fullmatch(found.rstrip(".,;:!?)\"'")):
                fault = f'"{excerpt(found)}" is no link that a phone opens'
                yield view.problem(
                    "R416", key, fault, "Write it as https://nordbageriet.example/sms"
                )


def never_sent(view: View) -> Iterator[Problem]:
    """R417"""
    table = view.table
    has = {
        "double": table.opt_in == "double",
        "reminder": table.remind_after is not None,
        "active": bool(table.active.from_ or table.active.until),
        "ask": bool(table.ask),
        "incentive": table.incentive is not None,
    }
    for language, texts in table.wording.items():
        for name in texts:
            if name in _NEEDS and not has[_NEEDS[name]]:
                fault = f"This programme never sends it: {_LACKS[_NEEDS[name]]}"
                yield view.problem("R417", f"wording.{language}.{name}", fault, "Take it out")


TEXT_RULES = (
    terms_in_one_language,
    texts_in_no_language_of_a_number,
    texts_in_another_language,
    empty_placeholders,
    dead_links,
    never_sent,
)
