#!/usr/bin/env python3
"""Says which crates of others the public API shows, and refuses all but a few.

Reads what rustdoc writes with `--output-format json`. What a crate shows is a promise: its major
versions become ours. So types and traits of others stay out, but for the ones named here.
"""

import json
import sys
from collections import Counter

ALLOWED = {
    # The language.
    "alloc", "core", "std",
    # What every tower service speaks.
    "bytes", "http", "http_body", "tower_layer", "tower_service",
    # What a feature is named after.
    "axum", "axum_core",
    # What applications read their claims by.
    "serde", "serde_core",
}  # fmt: skip


def is_ours_to_keep(item):
    """Auto traits, and blanket impls of whatever crate happens to be there, are no promise."""
    implementation = item["inner"].get("impl")
    return implementation is None or not (
        implementation["is_synthetic"] or implementation["blanket_impl"]
    )


def references(node):
    """The ids of all types and traits that a node of the JSON names."""
    if isinstance(node, list):
        for part in node:
            yield from references(part)
    elif isinstance(node, dict):
        if "id" in node and ("path" in node or "source" in node):
            yield node["id"]
        for part in node.values():
            yield from references(part)


def promised(item):
    """What of an item is a promise."""
    inner = item["inner"]
    implementation = inner.get("impl")
    if implementation and (implementation["trait"] or {}).get("path", "").endswith("Unpin"):
        # `pin_project!` hides a bound of its own in the where clause.
        return [implementation["for"], implementation["trait"]]
    return inner


def main(path):
    with open(path, encoding="utf-8") as file:
        docs = json.load(file)
    index, paths = docs["index"], docs["paths"]
    crates = {int(number): crate["name"] for number, crate in docs["external_crates"].items()}

    skipped = set()
    for item in index.values():
        if not is_ours_to_keep(item):
            skipped.update([item["id"], *item["inner"]["impl"]["items"]])

    shown, refused = Counter(), set()
    for item in index.values():
        if item["crate_id"] != 0 or item["id"] in skipped:
            continue
        for reference in references(promised(item)):
            named = paths.get(str(reference))
            if named is None or named["crate_id"] == 0:
                continue
            crate = crates[named["crate_id"]]
            shown[crate] += 1
            if crate not in ALLOWED:
                span = item["span"] or {"filename": "?", "begin": [0, 0]}
                place = f"{span['filename']}:{span['begin'][0]}"
                name = item["name"] or next(iter(item["inner"]))
                refused.add(f"{place}: `{name}` shows `{'::'.join(named['path'])}`")

    print("crates in the public API:", ", ".join(f"{name} ({n})" for name, n in sorted(shown.items())))
    for line in sorted(refused):
        print(line)
    if not shown:
        print("nothing was read")
    return 1 if refused or not shown else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
