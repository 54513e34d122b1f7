"""The evidence of what an import did: its provenance, its file, and the line of that file."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from responder.core.catalog import Catalog
from responder.core.consent import ConsentEvent, OptedOut
from responder.core.consent_record import Source, evidence_of_act, to_text
from responder.core.provenance import Candidate, FileMark, Provenance

_KINDS = 10_000
_Kind = tuple[str, str, str, str | None, datetime]


@dataclass(frozen=True, slots=True)
class Papers:
    """Writes the documents of one import. `provenance` is None where it only suppresses.

    Rows that differ in nothing but the person share all the rest of their document.
    """

    catalog: Catalog
    file: FileMark
    provenance: Provenance | None
    _kinds: dict[_Kind, dict[str, Any]] = field(default_factory=dict)

    def joined(self, candidate: Candidate, event: ConsentEvent) -> str:
        """Why a new person is in: the consent as it was given elsewhere."""
        country = candidate.address.country
        kind = (candidate.programme, candidate.language, candidate.source, country, event.at)
        common = self._kinds.get(kind)
        if common is None:
            if len(self._kinds) > _KINDS:
                self._kinds.clear()
            common = self._kinds[kind] = self._document(candidate, event)
        subject = {**common["subject"], "address": candidate.address.key}
        source = {**common["source"], "line": candidate.line}
        return to_text({**common, "subject": subject, "source": source})

    def suppressed(self, event: OptedOut, address: str, line: int) -> str:
        """Why a person of a list without provenance is out."""
        source = Source("import_suppression", "file", {**self._file(), "line": line})
        return to_text(evidence_of_act(event, address, source, self.catalog))

    def _document(self, candidate: Candidate, event: ConsentEvent) -> dict[str, Any]:
        stated = self.provenance
        assert stated is not None  # noqa: S101 (nobody joins without)
        details = {
            **self._file(),
            "line": candidate.line,
            "provenance": {
                "source": stated.source,
                "date": stated.at.date().isoformat(),
                "basis": stated.basis,
                "licence": stated.licence,
                "evidence": stated.evidence,
            },
            "poster": candidate.source,
        }
        offer = stated.consent_text or None
        source = Source("import", "file", details, candidate.language, offer, stated.basis)
        return evidence_of_act(event, candidate.address.key, source, self.catalog)

    def _file(self) -> dict[str, Any]:
        return {"file": {"name": self.file.name, "sha256": self.file.sha256}}
