# SPDX-License-Identifier: Apache-2.0
"""Judges the figures of a cluster and renders its report. Pure: no process, no clock."""

from report import NOISE_MAX, cell, noise_lines, spread, values_of


def failures(repeat):
    return [f"{name}: {run['error']}" for name, run in repeat.items() if run.get("error")]


def judge(bound, repeats):
    """Compares value and limit within each repeat whose runs all succeeded."""
    good = [repeat for repeat in repeats if not failures(repeat)]
    values = [bound.value(repeat) for repeat in good]
    limits = [bound.limit(repeat) for repeat in good]
    shares = spread([value / limit for value, limit in zip(values, limits)])
    is_within = [_meets(bound.sense, share) for share in shares] if shares else []
    return {
        "title": bound.title, "unit": bound.unit, "sense": bound.sense,
        "limit_text": bound.limit_text, "value": spread(values), "limit": spread(limits),
        "share": shares, "is_held": is_within[0] if is_within else None,
        "all_runs_agree": len(set(is_within)) < 2,
    }


def _meets(sense, share):
    return share >= 1 if sense == "at_least" else share <= 1


def held_text(judged):
    if judged["is_held"] is None:
        return "-"
    return ("yes" if judged["is_held"] else "**no**") + ("" if judged["all_runs_agree"] else "?")


def figure_table(rows):
    lines = ["| row | figure | measured | bound | measured / bound | held |",
             "|---|---|---|---|---|---|"]
    for row in rows:
        for judged in row["figures"]:
            sign = "≥" if judged["sense"] == "at_least" else "≤"
            lines.append(" | ".join([
                f"| {row['title']}", judged["title"], cell(judged["value"], judged["unit"]),
                f"{sign} {judged['limit_text']}: {cell(judged['limit'], judged['unit'])}",
                cell(judged["share"]), held_text(judged) + " |"]))
    return lines


def run_table(rows):
    """Every number of every run that is not zero."""
    lines = ["| row | run | numbers | CPU used by others | failed |", "|---|---|---|---|---|"]
    for row in rows:
        for name in row["repeats"][0]:
            all_runs = [repeat[name] for repeat in row["repeats"] if name in repeat]
            errors = [run["error"] for run in all_runs if run.get("error")]
            keys = dict.fromkeys(key for run in all_runs for key in run)
            numbers = [f"{key} {cell(spread(values_of(all_runs, key)))}" for key in keys
                       if key not in ("error", "others_cpu_share")
                       and any(values_of(all_runs, key))]
            lines.append(" | ".join([
                f"| {row['key']}", name, ", ".join(numbers) or "-",
                cell(spread(values_of(all_runs, "others_cpu_share"))),
                (f"{len(errors)}: {errors[0]}" if errors else "0") + " |"]))
    return lines


def noisy_rows(rows):
    return [row["key"] for row in rows
            if any(run.get("others_cpu_share", 0) > NOISE_MAX
                   for repeat in row["repeats"] for run in repeat.values())]


def render(document):
    lines = ["# Cluster bench report", ""]
    lines += [f"- {key}: {value}" for key, value in document["machine"].items()]
    lines += ["", "Medians with (least..greatest). A bound is computed from the runs of the same "
              "repeat. A question mark means that not every run agrees. bench/README.md says how "
              "to read this report.", ""]
    lines += noise_lines(noisy_rows(document["rows"])) + figure_table(document["rows"])
    lines += ["", "## Runs", ""] + run_table(document["rows"])
    return "\n".join(lines) + "\n"
