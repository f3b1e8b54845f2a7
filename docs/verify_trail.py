"""Verifies an export of Firebreak's trail without Firebreak: python3 verify_trail.py FILE

Reads FILE (gzipped lines of JSON) and FILE.manifest.json with nothing but Python's standard library. Prints one JSON object
{"ok", "entries", "head", "firstBad": {"seq", "rule"} | null} and exits with 0 when every entry follows from the one before,
the last one is the manifest's, and every anchor in the manifest is met; else with 1. The rules have the names that
`firebreak trail verify` gives them.
"""

import gzip
import hashlib
import json
import re
import sys


def entry_hash(chain, seq, prev, body):
    head = b"firebreak-audit-v1\0" + chain.encode() + b"\0" + seq.to_bytes(8, "big")
    return hashlib.sha256(head + prev + body.encode()).digest()


def fault(entry, last, due, at, last_at, chain):
    seq, prev, own = entry["seq"], bytes.fromhex(entry["prev"]), bytes.fromhex(entry["hash"])
    if seq > due:
        return due, "gap"
    if seq == due - 1 and last is not None:
        return seq, "fork"
    if seq < due:
        return seq, "order"
    before = bytes(32) if last is None else bytes.fromhex(last["hash"])
    if entry_hash(chain, seq, prev, entry["body"]) != own or prev != before or at is None:
        return seq, "hash"
    return (seq, "order") if at < last_at else None


def verify(path):
    with open(path + ".manifest.json", encoding="utf-8") as file:
        manifest = json.load(file)
    wanted = {}
    for witness in manifest["anchors"]:
        for anchor in witness["anchors"]:
            wanted.setdefault(anchor["seq"], set()).add(anchor["hash"])
    last = bad = resealed = skipped = None
    last_at, count = "", 0
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            entry, count = json.loads(line), count + 1
            due = 1 if last is None else last["seq"] + 1
            if skipped is not None and entry["seq"] == due and bad[1] == "gap":
                bad = (skipped["seq"], "order")
            skipped = None
            found = re.search(r'"at":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)"', entry["body"])
            at = found.group(1) if found else None
            bad = bad or fault(entry, last, due, at, last_at, manifest["chain"])
            if bad == (due, "gap") and entry["seq"] > due:
                skipped = entry
            hashes = wanted.get(entry["seq"])
            if hashes and (entry["hash"] not in hashes or len(hashes) > 1):
                resealed = resealed or (entry["seq"], "resealed")
            last = last if skipped else entry
            last_at = at or last_at
    end = 0 if last is None else last["seq"]
    cut = any(seq > end for seq in list(wanted) + [manifest["last"]])
    bad = bad or resealed or ((end + 1, "truncated") if cut else None)
    if bad is None and (manifest["last"] < end or last["hash"] != manifest["head"]):
        bad = (manifest["last"] + (1 if manifest["last"] < end else 0), "resealed")
    head = None if last is None else last["hash"]
    first = None if bad is None else {"seq": bad[0], "rule": bad[1]}
    return {"ok": bad is None, "entries": count, "head": head, "firstBad": first}


if __name__ == "__main__":
    result = verify(sys.argv[1])
    print(json.dumps(result))
    sys.exit(0 if result["ok"] else 1)
