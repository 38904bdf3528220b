"""Writes the tables of bench/README.md from bench/results/*.json."""

import json
import re

# What to show: row, key, aim as a text.
AIMS = {
    "sqlite": {"read": "≥ 0.4 of bare axum", "token": "≥ 15,000/s", "report": "≥ 5,000/s"},
    "postgres": {"read": "", "token": "", "report": "≥ 0.4 of the bare transaction"},
}
NAMES = {
    "read": "`GET /v2.1/tournaments/{id}.json`, bearer token",
    "token": "`POST /oauth/token`, client credentials",
    "report": "`PUT …/matches/{id}.json`, durable",
}


def number(value):
    return f"{value:,.0f}"


def table(result):
    engine = result["engine"]
    machine = result["machine"]
    lines = [
        f"### {'SQLite' if engine == 'sqlite' else 'PostgreSQL'}",
        "",
        f"{machine['date']}, commit {machine['commit']}, {machine['cpu']}, {machine['cores']} cores, "
        f"{machine['memory_gb']} GB, Linux {machine['kernel']}, {machine['rustc']}, "
        f"fdatasync {machine['fdatasync_us']} µs. {result['connections']} connections, "
        f"{len(result['rounds'])} rounds of {result['seconds']} s each; medians; load average before "
        f"the rounds {', '.join(str(row['load_before']) for row in result['rounds'])}.",
        "",
        "| | body, bytes | bare axum /s | Tiltyard /s (best round) | ratio (each round) | p99 ms | processor µs, bare → Tiltyard | aim |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    for kind, name in NAMES.items():
        row = result[kind]
        each = ", ".join(f"{ratio:.2f}" for ratio in row["ratios"])
        lines.append(
            f"| {name} | {number(result['body_bytes'][kind])} | {number(row['bare_per_second'])} "
            f"| **{number(row['per_second'])}** ({number(row['best_per_second'])}) "
            f"| {row['ratio']:.2f} ({each}) | {row['p99_ms']:.1f} "
            f"| {row['bare_cpu_us']:.1f} → {row['cpu_us']:.1f} | {AIMS[engine][kind]} |"
        )
    if "transaction" in result:
        row = result["transaction"]
        lines.append(
            f"| the same reports, against the bare transaction | | {number(row['bare_per_second'])} "
            f"| **{number(result['report']['per_second'])}** | {row['ratio']:.2f} | | | ≥ 0.4 |"
        )
    memory, starts = result["memory"], result["starts"]
    lines += [
        "",
        "| | | aim |",
        "|---|---:|---|",
        f"| memory at rest (of that, of no file) | {memory['at_rest']['rss_mb']} MB ({memory['at_rest']['anonymous_mb']}) | ≤ 30 MB |",
        f"| memory after the first requests | {memory['after_first_requests']['rss_mb']} MB ({memory['after_first_requests']['anonymous_mb']}) | |",
        f"| memory after all of the above | {memory['after_load']['rss_mb']} MB ({memory['after_load']['anonymous_mb']}) | |",
        f"| first start to first answer (makes database and keys) | {starts['first_ms']:.0f} ms | |",
        f"| later starts to first answer | {starts['later_ms']:.0f} ms | ≤ 100 ms |",
        "",
    ]
    return "\n".join(lines)


def update(directory):
    results = [directory / "results" / f"{name}.json" for name in ("sqlite", "postgres")]
    tables = [table(json.loads(file.read_text())) for file in results if file.exists()]
    readme = directory / "README.md"
    text = readme.read_text()
    between = "<!-- results -->\n" + "\n".join(tables) + "<!-- end of results -->"
    text = re.sub(r"<!-- results -->.*<!-- end of results -->", lambda _: between, text, flags=re.S)
    readme.write_text(text)
