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


# What to show of the authorization server: row, name, aim on SQLite, aim of the ratio to the
# yardstick.
GRANTS = [
    ("introspect", "`POST /oauth/introspect`, 10,000 tokens in turn", "≥ 60,000/s, or 0.7 of bare axum"),
    ("own_route", "`GET /v2.1/me.json`, 10,000 tokens in turn", "≥ 60,000/s, or 0.7 of bare axum"),
    ("client_credentials", "`POST /oauth/token`, client credentials", "≥ 30,000/s, or 0.38 of bare axum"),
    ("refresh", "`POST /oauth/token`, rotating refresh, durable", "≥ 10,000/s"),
    ("code", "`POST /oauth/token`, code exchange, durable", "≥ 3,000/s"),
    ("authorize", "`GET /oauth/authorize`, consent given before, durable", ""),
]


def authorization(result):
    sqlite = result["engine"] == "sqlite"
    machine, memory, starts = result["machine"], result["memory"], result["starts"]
    loads = ", ".join(str(row["load_before"]) for row in result["rounds"])
    lines = [
        f"### Authorization on {'SQLite' if sqlite else 'PostgreSQL'}",
        "",
        f"{machine['date']}, commit {machine['commit']}, {machine['cpu']}, {machine['cores']} cores, "
        f"fdatasync {machine['fdatasync_us']} µs. {result['connections']} connections, "
        f"{len(result['rounds'])} rounds of {result['seconds']} s each; medians; load average before "
        f"the rounds {loads}.",
        "",
        "| | bare axum /s | Tiltyard /s | ratio | p99 ms | processor µs, bare → Tiltyard | aim |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    for kind, name, aim in GRANTS:
        row = result[kind]
        bare = number(row["bare_per_second"]) if "bare_per_second" in row else ""
        ratio = f"{row['ratio']:.2f}" if "ratio" in row else ""
        cost = f"{row['bare_cpu_us']:.1f} → " if "bare_cpu_us" in row else ""
        lines.append(
            f"| {name} | {bare} | **{number(row['per_second'])}** | {ratio} | {row['p99_ms']:.1f} "
            f"| {cost}{row['cpu_us']:.1f} | {aim if sqlite else ''} |"
        )
        if "transaction" in row:
            bare = row["transaction"]
            lines.append(
                f"| the same, against the bare transaction | {number(bare['bare_per_second'])} "
                f"| **{number(row['per_second'])}** | {bare['ratio']:.2f} | | | ≥ 0.4 |"
            )
    row = result["sign_in"]
    lines += [
        f"| sign-ins, against argon2id alone | {number(row['raw_per_second'])} "
        f"| **{number(row['per_second'])}** | {row['ratio']:.2f} | {row['p99_ms']:.1f} | | ≥ 0.9 |",
        "",
        "| | | aim |",
        "|---|---:|---|",
        f"| memory at rest | {memory['at_rest']['rss_mb']} MB | ≤ 20 MB |",
    ]
    if "many_grants" in memory:
        many = memory["many_grants"]
        lines.append(
            f"| memory with {number(many['grants'])} live grants, at rest, after some use "
            f"| {many['at_rest']['rss_mb']}, {many['used']['rss_mb']} MB | ≤ 60 MB |"
        )
    lines += [
        f"| memory after all of the above | {memory['after_load']['rss_mb']} MB | |",
        f"| later starts to the first token | {starts['to_first_token_ms']:.0f} ms | ≤ 100 ms |",
        "",
    ]
    return "\n".join(lines)


def tournaments(result):
    """The tournaments' API: the document, reports, large requests; and the lists."""
    sqlite = result["engine"] == "sqlite"
    machine = result["machine"]
    lines = [
        f"### Tournaments on {'SQLite' if sqlite else 'PostgreSQL'}",
        "",
        f"{machine['date']}, commit {machine['commit']}, {machine['cpu']}, {machine['cores']} cores, "
        f"fdatasync {machine['fdatasync_us']} µs. {result['connections']} connections, "
        f"{len(result['rounds'])} rounds of {result['seconds']} s each; medians; load average before the rounds "
        f"{', '.join(str(row['load_before']) for row in result['rounds'])}.",
        "",
        "| | bare /s | Tiltyard /s | ratio (each round) | p99 ms | processor µs | aim |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    read, many, one, large = (result[kind] for kind in ("read", "reports", "one", "large"))
    each = ", ".join(f"{ratio:.2f}" for ratio in read["each_ratio"])
    lines.append(
        f"| document of 128 participants with all matches, {number(read['body_bytes'])} bytes "
        f"| {number(read['bare_per_second'])} | **{number(read['per_second'])}** | {read['ratio']:.2f} ({each}) "
        f"| {read['p99_ms']:.1f} | {read['bare_cpu_us']:.1f} → {read['cpu_us']:.1f} | ≥ 0.5 of bare axum |"
    )
    bare = number(many["bare_per_second"]) if "bare_per_second" in many else ""
    ratio = f"{many['ratio']:.2f} ({', '.join(f'{each:.2f}' for each in many['each_ratio'])})" if bare else ""
    aim = "≥ 5,000/s" if sqlite else "≥ 0.4 of the bare transaction"
    lines += [
        f"| reports over {number(result['tournaments'])} tournaments, durable | {bare} "
        f"| **{number(many['per_second'])}** | {ratio} | {many['p99_ms']:.1f} | {many['cpu_us']:.1f} | {aim} |",
        f"| reports in one tournament of {number(one['entrants'])}, durable | | **{number(one['per_second'])}** | "
        f"| {one['p99_ms']:.1f} | {one['cpu_us']:.1f} | {'≥ 5,000/s' if sqlite else ''} |",
        "",
        "| | median (each round) | aim |",
        "|---|---:|---|",
    ]
    for key, name, aim in (
        ("add_ms", "10,000 participants in one request", 300),
        ("start_ms", f"start of their double elimination ({large['start_bytes'] / 1e6:.0f} MB answered)", 500),
    ):
        each = ", ".join(number(value) for value in large[f"each_{key}"])
        lines.append(f"| {name} | **{number(large[key])} ms** ({each}) | ≤ {aim} ms |")
    if "lists" in result:
        few, most = number(result["few"]), number(result["many"])
        lines += ["", f"| list | of {few}, ms | of {most}, ms | ratio; aim ≤ 1.2 |", "|---|---:|---:|---:|"]
        for name, row in result["lists"].items():
            lines.append(f"| {name} | {row['small_ms']:.2f} | {row['large_ms']:.2f} | **{row['ratio']:.2f}** |")
    return "\n".join([*lines, ""])


def pages(result):
    """Pages of tournaments and those who watch them."""
    machine, first, watchers = result["machine"], result["first_load"], result["watchers"]
    lines = [
        f"### Pages on {'SQLite' if result['engine'] == 'sqlite' else 'PostgreSQL'}",
        "",
        f"{machine['date']}, commit {machine['commit']}, {machine['cpu']}, {machine['cores']} cores, "
        f"{result['connections']} connections, {len(result['rounds'])} rounds of {result['seconds']} s each; medians; "
        f"load average before the rounds {', '.join(str(row['load_before']) for row in result['rounds'])}, "
        f"before the watchers {watchers['load_before']}.",
        "",
        "| double elimination, gzip | a second (each round) | p99 ms | processor µs | aim |",
        "|---|---:|---:|---:|---|",
    ]
    for kind, name, aim in (
        ("page", "page of 128", "≥ 3,000/s"),
        ("part", "its live part", ""),
        ("picture", "picture of 1,024", ""),
    ):
        row = result["rate_of_" + kind]
        each = ", ".join(number(rate) for rate in row["each"])
        lines.append(
            f"| {name} | **{number(row['per_second'])}** ({each}) | {row['p99_ms']:.1f} | {row['cpu_us']:.1f} | {aim} |"
        )
    lines += [
        "",
        "| | | aim |",
        "|---|---:|---|",
        f"| first load of the page of 128 with all it needs | **{first['bytes'] / 1000:.1f} kB** | ≤ 100 kB |",
        f"| of that the page ({first['plain_page_bytes'] / 1000:.0f} kB before) | {first['each']['page'] / 1000:.1f} kB | |",
        f"| memory for each of {number(watchers['watchers'])} watchers | **{watchers['kb_each']:.1f} kB** | ≤ 35 kB |",
        f"| queries for all of them to come | {watchers['queries_for_all']} | |",
        f"| from a report to the middle one, the 99th of 100, the last | {watchers['p50']:.0f}, "
        f"**{watchers['p99']:.0f}**, {watchers['last']:.0f} ms | ≤ 250 ms |",
        f"| queries for a change, with those of the report | {watchers['queries']:.0f} | |",
    ]
    return "\n".join([*lines, ""])


def update(directory):
    tables = []
    kinds = (("", table), ("authorization-", authorization), ("tournaments-", tournaments), ("pages-", pages))
    for prefix, write in kinds:
        for name in ("sqlite", "postgres"):
            file = directory / "results" / f"{prefix}{name}.json"
            if file.exists():
                tables.append(write(json.loads(file.read_text())))
    readme = directory / "README.md"
    text = readme.read_text()
    between = "<!-- results -->\n" + "\n".join(tables) + "<!-- end of results -->"
    text = re.sub(r"<!-- results -->.*<!-- end of results -->", lambda _: between, text, flags=re.S)
    readme.write_text(text)
