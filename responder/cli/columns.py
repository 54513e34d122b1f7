"""Which column of a file holds what: as the user says, else by the names that people give."""

from collections.abc import Iterable, Mapping

from responder.core.import_rows import ANSWER, FIELDS
from responder.errors import ResponderError

_NUMBER = (
    *("phone", "phone number", "telephone", "mobile", "mobile number", "cell", "number", "msisdn"),
    *("tel", "sms", "to", "telefon", "telefonnummer", "mobil", "mobilnummer", "mobiltelefon"),
    *("nummer", "handy", "handynummer", "rufnummer", "puhelin", "puhelinnumero", "portable"),
    *("numéro", "telefoonnummer", "móvil", "teléfono", "cellulare", "numer telefonu"),
)
_NAMES: Mapping[str, str] = {
    **dict.fromkeys(_NUMBER, "address"),
    **dict.fromkeys(("program", "list", "lista"), "programme"),
    **dict.fromkeys(("språk", "sprog", "språg", "sprache", "langue", "lang"), "language"),
    **dict.fromkeys(("tag", "etiketter", "taggar"), "tags"),
    **dict.fromkeys(("joined", "date", "consent date", "datum"), "since"),
    **dict.fromkeys(("sold", "date of sale", "köpdatum", "kaufdatum"), "sale_date"),
    **dict.fromkeys(("namn", "navn", "nom", "full name"), "name"),
    **dict.fromkeys(("status",), "state"),
}


def parse_map(given: Iterable[str]) -> dict[str, str]:
    """`column=field` as the user wrote it. Raises ResponderError."""
    mapped = {}
    for one in given:
        column, equals, field = one.rpartition("=")
        if not equals or not _is_field(field.strip()):
            known = f"{', '.join(FIELDS)}, {ANSWER}…"
            raise ResponderError(
                f'"{one}" maps nothing: write --map COLUMN=FIELD, with one of {known}'
            )
        mapped[column.strip()] = field.strip()
    return mapped


class Fields:
    """Which field each column holds, for a file that names its columns, or for each row anew."""

    def __init__(self, columns: Iterable[str], mapped: Mapping[str, str]) -> None:
        """Raises ResponderError where a mapped column is missing, or none holds the number."""
        self._mapped = mapped
        self._known: dict[tuple[str, ...], dict[str, str]] = {}
        self._fixed = _checked(list(columns), mapped) if columns else None

    def of(self, cells: Mapping[str, str]) -> Mapping[str, str]:
        """The field of each column that is read."""
        if self._fixed is not None:
            return self._fixed
        columns = tuple(cells)
        if columns not in self._known:
            self._known[columns] = _match(columns, self._mapped)
        return self._known[columns]

    def unread(self, columns: Iterable[str]) -> list[str]:
        """The columns that mean nothing here."""
        return [column for column in columns if column and column not in (self._fixed or {})]


def _checked(columns: list[str], mapped: Mapping[str, str]) -> dict[str, str]:
    if missing := [column for column in mapped if column not in columns]:
        raise ResponderError(
            f"the file has no column {_listed(missing)}: it has {_listed(columns)}"
        )
    fields = _match(columns, mapped)
    if "address" not in fields.values():
        raise ResponderError(
            f"no column holds the number: the file has {_listed(columns)}."
            " Say which, for example --map Kontakt=address"
        )
    if len(set(fields.values())) < len(fields):
        raise ResponderError("two columns are mapped to the same field: take one --map out")
    return fields


def _match(columns: Iterable[str], mapped: Mapping[str, str]) -> dict[str, str]:
    """As mapped; then the fields' own names, then names that people give. Each field once."""
    columns = list(columns)
    fields = {column: field for column, field in mapped.items() if column in columns}
    for named in (_own_name, _usual_name):
        for column in columns:
            field = named(column)
            if field and column not in fields and field not in fields.values():
                fields[column] = field
    return fields


def _own_name(column: str) -> str | None:
    name = "_".join(_words(column))
    return name if _is_field(name) else None


def _usual_name(column: str) -> str | None:
    return _NAMES.get(" ".join(_words(column)))


def _words(column: str) -> list[str]:
    return column.casefold().replace("_", " ").replace("-", " ").split()


def _is_field(name: str) -> bool:
    return name in FIELDS or (name.startswith(ANSWER) and 0 < len(name) - len(ANSWER) <= 32)


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
