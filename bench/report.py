# SPDX-License-Identifier: Apache-2.0
"""Computes medians and ratios, and renders the report. Pure: no process, no clock."""

from statistics import median

NOISE_MAX = 0.05  # share of the machine's CPU that other processes used


def values_of(runs, key):
    return [run[key] for run in runs if not run.get("error") and key in run]


def spread(values):
    """(median, least, greatest), or None."""
    return (median(values), min(values), max(values)) if values else None


def paired_ratios(roost, baseline, key):
    """Divides each run of Roost by the baseline run just before it, so that a slow drift of the
    machine cancels out."""
    pairs = zip(roost, baseline)
    return [r[key] / b[key] for r, b in pairs
            if not r.get("error") and not b.get("error") and key in r and b.get(key)]


def meets(comparison, goal, value):
    return value >= goal if comparison in ("at_least", "above") else value <= goal


def reached(figure, ratio, own):
    """Returns (goal, agreed): the furthest goal that the median reaches, "" for none, None if the
    figure has no goal or no runs; and whether every run agrees."""
    judged = ratio if figure.comparison in ("at_least", "at_most") else own
    if figure.comparison == "none" or judged is None:
        return None, True
    middle, least, greatest = judged
    for name in ("last", "then", "first"):
        goal = getattr(figure, name)
        if meets(figure.comparison, goal, middle):
            return name, all(meets(figure.comparison, goal, v) for v in (least, greatest))
    return "", not any(meets(figure.comparison, figure.first, v) for v in (least, greatest))


def judge(figure, roost_runs, baseline_runs):
    roost = spread(values_of(roost_runs, figure.key))
    ratio = spread(paired_ratios(roost_runs, baseline_runs, figure.key))
    goal, agreed = reached(figure, ratio, roost)
    return {
        "key": figure.key, "title": figure.title, "unit": figure.unit,
        "comparison": figure.comparison,
        "roost": roost, "baseline": spread(values_of(baseline_runs, figure.key)), "ratio": ratio,
        "goals": {"first": figure.first, "then": figure.then, "last": figure.last},
        "reached": goal, "all_runs_agree": agreed,
    }


def number(value):
    if abs(value) >= 100_000:
        return f"{value / 1000:,.0f}k"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def cell(triple, unit=""):
    if not triple:
        return "-"
    middle, least, greatest = triple
    return f"{number(middle)}{' ' + unit if unit else ''} ({number(least)}..{number(greatest)})"


def goal_text(judged):
    sign = {"at_least": "ratio ≥ ", "at_most": "ratio ≤ ", "above": "≥ ", "below": "≤ "}
    if judged["comparison"] == "none":
        return "-"
    goals = [f"{judged['goals'][name]:g}" for name in ("first", "then", "last")]
    return sign[judged["comparison"]] + " / ".join(goals)


def reached_text(judged):
    if judged["reached"] is None:
        return "-"
    return (judged["reached"] or "**no**") + ("" if judged["all_runs_agree"] else "?")


def table(rows):
    lines = ["| row | figure | baseline | Roost | Roost / baseline | "
             "goal first / then / last | reached |",
             "|---|---|---|---|---|---|---|"]
    for row in rows:
        for judged in row["figures"]:
            lines.append(" | ".join([
                f"| {row['title']}", judged["title"],
                f"{row['baseline']}: {cell(judged['baseline'], judged['unit'])}",
                cell(judged["roost"], judged["unit"]), cell(judged["ratio"]),
                goal_text(judged), reached_text(judged) + " |"]))
    return lines


def noise_table(rows):
    """Shows how far the figures can be trusted."""
    lines = ["| row | server | bytes a delivery | client idle | CPU used by others | failed runs |",
             "|---|---|---|---|---|---|"]
    for row in rows:
        for name, runs in row["runs"].items():
            if not runs:
                continue
            errors = [run["error"] for run in runs if run.get("error")]
            lines.append(" | ".join([
                f"| {row['key']}", name, cell(spread(values_of(runs, "bytes_per_delivery"))),
                cell(spread(values_of(runs, "client_idle_share"))),
                cell(spread(values_of(runs, "others_cpu_share"))),
                (f"{len(errors)}: {errors[0]}" if errors else "0") + " |"]))
    return lines


def noisy_rows(rows):
    return [row["key"] for row in rows
            if max(median(values_of(runs, "others_cpu_share") or [0])
                   for runs in row["runs"].values()) > NOISE_MAX]


def noise_lines(noisy):
    """A warning about the rows with these keys."""
    if not noisy:
        return []
    return ["**Other processes used more than 5 % of this machine in: " + ", ".join(noisy) +
            ". These figures are rough.**", ""]


def render(document):
    lines = ["# Bench report", ""]
    lines += [f"- {key}: {value}" for key, value in document["machine"].items()]
    lines += ["", "Medians with (least..greatest). A ratio is the median over pairs of adjacent "
              "runs. A question mark means that not every run agrees. bench/README.md says "
              "how to read this report.", ""]
    lines += noise_lines(noisy_rows(document["rows"]))
    lines += table(document["rows"])
    lines += ["", "## Noise", ""] + noise_table(document["rows"])
    for title, text in document.get("profiles", {}).items():
        lines += ["", f"## CPU profile: {title}", "", "```", text.rstrip(), "```"]
    return "\n".join(lines) + "\n"
