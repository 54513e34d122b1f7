"""Check a proof file without trusting the house that made it, nor any of its software.

Needs Python 3.9 and `cryptography`. KEY is the house's public key in hex, HEAD a file with a head
it has published. Get both from elsewhere, or it could show each of us another ledger. Exit 0 or 1.
"""

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def must(holds, what):
    if not holds:
        sys.exit(f"It does not hold. {what}")


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def from_hex(text):
    must(re.fullmatch("([0-9a-f]{2})+", text), "A hash, key or signature is not lower-case hex.")
    return bytes.fromhex(text)


def canonical(document):  # sorted keys, no spaces, UTF-8
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def check_head(proof, key, published):
    head, known = proof["head"], published.get("head", published)
    must(proof["format"] == "sms-responder-proof/1", "The format is unknown.")
    must(key in (None, proof["public_key"]), "The public key is not the expected one.")
    must(proof["made_at"] == head["at"], "The file and its head are not of the same moment.")
    must(known["size"] == head["size"], "The published head is of another size.")
    must(known["root_hex"] == head["root_hex"], "The published head has another root.")
    try:
        public_key = Ed25519PublicKey.from_public_bytes(from_hex(proof["public_key"]))
        public_key.verify(from_hex(proof["signature"]), canonical(head))
    except InvalidSignature:
        must(False, "The signature of the head does not fit.")


def root_from_path(leaf, index, size, path):  # RFC 9162, 2.1.3.2
    node, last = sha256(b"\x00", leaf), size - 1
    must(0 <= index <= last, "An event has no place in the tree.")
    for sibling in map(from_hex, path):
        must(last, "A path is too long.")
        left = index & 1 or index == last
        node = sha256(b"\x01", sibling, node) if left else sha256(b"\x01", node, sibling)
        while left and index and not index & 1:
            index, last = index >> 1, last >> 1
        index, last = index >> 1, last >> 1
    return node.hex() if last == 0 else None


def check_event(number, entry, proof):
    event, first, head = entry["event"], proof["events"][0]["event"], proof["head"]
    must(event["contact_id"] == first["contact_id"], f"Event {number} is of another person.")
    must(event["sequence"] == number, f"Event {number} is not the next of this person.")
    evidence = sha256(f"{entry['salt']}\n{entry['evidence']}".encode()).hex()
    must(evidence == event["commitment"], f"Event {number} was committed to other evidence.")
    said = json.loads(entry["evidence"])
    subject = said.get("subject") or said["person"]  # schema 1 says person
    address = re.sub("(?i)^(sms|mms|rcs):", "", subject["address"])
    must(address == proof["address"], f"Event {number} is about another address.")
    root = root_from_path(canonical(event), entry["index"], head["size"], entry["path"])
    must(root == head["root_hex"], f"Event {number} is not in the ledger of this head.")
    kind = re.sub("(?<=[a-z])(?=[A-Z])", " ", event["kind"]).lower()
    text = said.get("source", said).get("message", {}).get("text", "")
    return f"{event['at']}: {kind} ({event['programme'] or event['sender'] or 'everything'}) {text}"


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("file", "--head", "--key"):
        parser.add_argument(name)
    asked = parser.parse_args(arguments)
    try:
        proof = json.loads(Path(asked.file).read_bytes())
        published = json.loads(Path(asked.head).read_bytes()) if asked.head else proof
        check_head(proof, asked.key, published)
        must(proof["events"], "There are no events.")
        lines = [check_event(n, entry, proof) for n, entry in enumerate(proof["events"], start=1)]
    except (AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError) as error:
        sys.exit(f"This is not a whole proof file or head: {error!r}")
    sys.stdout.reconfigure(errors="replace")
    for line in [*lines, "The proof holds."]:
        print("".join(c if c.isprintable() else "?" for c in line))


if __name__ == "__main__":
    main()
