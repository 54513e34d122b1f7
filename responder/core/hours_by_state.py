"""The United States: the states' stricter hours, and where an area code's people may be.

A mobile number moves with its owner, so an area code is only the best guess there is (Florida's
Fla. Stat. § 501.059(8)(d) presumes it). Published tables disagree; the narrower is kept. Most of
these rules exempt people who consented, or were written for calls: they are kept in doubt.
"""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from responder.core.gate_hours import CLOSED, Permitted, hours, permitted
from responder.core.hours_by_country import UNITED_STATES

_NO_HOLIDAY = "dnc.com, restricted dates: not on public holidays"
_TABLES = "tables of usestello.com (April 2026) and dropcowboy.com (November 2025)"

STRICTER: Mapping[str, Permitted] = {
    "AL": permitted(hours(8, 20), _TABLES, sunday=CLOSED, closed_on=(("US", "AL"),)),
    "CA": permitted(hours(9, 21), f"Cal. Pub. Util. Code § 2872(c); {_TABLES}"),
    "CT": permitted(hours(9, 20), f"Conn. Gen. Stat. § 42-288a; {_TABLES}"),
    "FL": permitted(hours(8, 20), f"Fla. Stat. §§ 501.059, 501.616; {_TABLES}"),
    "IL": permitted(hours(9, 21), f"815 ILCS 305; {_TABLES}"),
    "KY": permitted(hours(10, 21), f"KRS 367.46955(3); {_TABLES}"),
    "LA": permitted(
        hours(8, 20),
        "La. Pub. Serv. Comm'n Gen. Order R-29617 § V(A): no Sunday, no holiday",
        sunday=CLOSED,
        closed_on=(("US", "LA"),),
    ),
    "MA": permitted(hours(8, 20), f"201 CMR 12.00; {_TABLES}"),
    "MD": permitted(hours(8, 20), f"Md. Code, Com. Law § 14-3201 ff.; {_TABLES}"),
    "MI": permitted(hours(9, 21), f"MCL 750.540e; {_TABLES}"),
    "MN": permitted(hours(9, 21), f"Minn. Stat. § 325E.30; {_TABLES}"),
    "MS": permitted(hours(8, 20), _TABLES, sunday=CLOSED, closed_on=(("US", "MS"),)),
    "NJ": permitted(hours(8, 20), "support.referrizer.com, quiet hours by state"),
    "NM": permitted(hours(9, 21), _TABLES),
    "NV": permitted(hours(9, 20), _TABLES),
    "OK": permitted(hours(8, 20), f"Okla. Stat. tit. 15 § 775C; {_TABLES}"),
    "PA": permitted(hours(8, 21), _NO_HOLIDAY, closed_on=(("US", "PA"),)),
    "RI": permitted(
        hours(9, 18),
        f"R.I. Gen. Laws § 5-61-3.6; support.referrizer.com; {_NO_HOLIDAY}",
        saturday=hours(10, 17),
        sunday=hours(10, 17),
        closed_on=(("US", "RI"),),
    ),
    "SD": permitted(hours(9, 21), "commonly stated, not verified", sunday=CLOSED),
    "TX": permitted(hours(9, 21), "Tex. Bus. & Com. Code § 302, SB 140", sunday=hours(12, 21)),
    "UT": permitted(
        hours(8, 21), f"Utah Code § 13-25a-103; {_NO_HOLIDAY}", None, CLOSED, (("US", "UT"),)
    ),
    "WA": permitted(hours(8, 20), "RCW 80.36.390, RCW 19.158.040(2)"),
    "WY": permitted(hours(8, 20), "commonly stated, not verified"),
}

_STATES_IN_ZONE = {
    "America/New_York": "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC TN VA VT WV",
    "America/Chicago": "AL AR FL IA IL IN KS KY LA MI MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "AZ CO ID KS MT ND NE NM NV OR SD TX UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA ID NV OR WA",
    "America/Anchorage": "AK",
    "America/Adak": "AK",
    "Pacific/Honolulu": "HI",
}
"""49 CFR 71, standard time zone boundaries; a state that is divided stands in each."""

_AREA_CODES = {
    "AK": "907",
    "AL": "205 251 256 334 659 938",
    "AR": "327 479 501 870",
    "AZ": "480 520 602 623 928",
    "CA": (
        "209 213 279 310 323 341 350 369 408 415 424 442 510 530 559 562 619 626 628 650 657 "
        "661 669 707 714 738 747 760 805 818 820 831 840 858 909 916 925 949 951"
    ),
    "CO": "303 719 720 748 970 983",
    "CT": "203 475 860 959",
    "DC": "202 771",
    "DE": "302",
    "FL": (
        "239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 "
        "941 954"
    ),
    "GA": "229 404 470 478 678 706 762 770 912 943",
    "HI": "808",
    "IA": "319 515 563 641 712",
    "ID": "208 986",
    "IL": "217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 872",
    "IN": "219 260 317 463 574 765 812 930",
    "KS": "316 620 785 913",
    "KY": "270 364 502 606 859",
    "LA": "225 318 337 504 985",
    "MA": "339 351 413 508 617 774 781 857 978",
    "MD": "227 240 301 410 443 667",
    "ME": "207",
    "MI": "231 248 269 313 517 586 616 734 810 906 947 989",
    "MN": "218 320 507 612 651 763 952",
    "MO": "235 314 417 557 573 636 660 816 975",
    "MS": "228 601 662 769",
    "MT": "406",
    "NC": "252 336 472 704 743 828 910 919 980 984",
    "ND": "701",
    "NE": "308 402 531",
    "NH": "603",
    "NJ": "201 551 609 640 732 848 856 862 908 973",
    "NM": "505 575",
    "NV": "702 725 775",
    "NY": "212 315 329 332 347 363 516 518 585 607 631 646 680 716 718 838 845 914 917 929 934",
    "OH": "216 220 234 283 326 330 380 419 440 513 567 614 740 937",
    "OK": "405 539 572 580 918",
    "OR": "458 503 541 971",
    "PA": "215 223 267 272 412 445 484 570 582 610 717 724 814 835 878",
    "RI": "401",
    "SC": "803 821 839 843 854 864",
    "SD": "605",
    "TN": "423 615 629 731 865 901 931",
    "TX": (
        "210 214 254 281 325 346 361 409 430 432 469 512 682 713 726 737 806 817 830 832 903 "
        "915 936 940 945 956 972 979"
    ),
    "UT": "385 435 801",
    "VA": "276 434 540 571 686 703 757 804 826 948",
    "VT": "802",
    "WA": "206 253 360 425 509 564",
    "WI": "262 274 353 414 534 608 715 920",
    "WV": "304 681",
    "WY": "307",
}
"""North American Numbering Plan, as libphonenumber's geographical data know it."""

_STATES = {code: state for state, codes in _AREA_CODES.items() for code in codes.split()}
_ZONES = {
    state: tuple(
        ZoneInfo(zone) for zone, states in _STATES_IN_ZONE.items() if state in states.split()
    )
    for state in _AREA_CODES
}


def state_of(e164: str) -> str | None:
    """The state of a number in +1; None for toll-free and other numbers of no place."""
    return _STATES.get(e164[2:5])


def hours_in_state(state: str) -> Permitted:
    """The rule of a state: its own where it is stricter than the federal one."""
    return STRICTER.get(state, UNITED_STATES)


def zones_of(state: str) -> tuple[ZoneInfo, ...]:
    """Every zone that lies in a state."""
    return _ZONES[state]
