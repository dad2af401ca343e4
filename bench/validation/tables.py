"""Figures as Markdown tables."""

from collections.abc import Callable, Iterable, Sequence

from bench.validation.figures import PERCENTILES, Figures
from bench.validation.published import published_rows
from bench.validation.report import Report
from bench.validation.targets import (
    MOUNTS,
    Sense,
    Verdict,
    condition_verdicts,
    running_verdicts,
    worst_ratio,
)
from bench.validation.variants import AS_RECORDED
from bench.validation.words import NAMES, UNKNOWN, as_number, shown, signed, unit_of

TIMES = ("f1", "strike_bias_ms", "strike_mae_ms", "toe_off_mae_ms", "contact_mae_ms", "side")
DROPS = (
    "peak_rmse_deg",
    "excursion_rmse_deg",
    "peak_bias_deg",
    "asym_peak_deg",
    "asym_excursion_deg",
)
COVERS = (
    "strike_cover",
    "peak_cover",
    "excursion_cover",
    "mean_peak_cover",
    "mean_excursion_cover",
    "asym_peak_cover",
    "asym_excursion_cover",
)
SPREAD = tuple(f"strike_{percent}_percent_ms" for percent in PERCENTILES)
CONDITIONS = {
    "all": "all",
    "clean": "clean",
    "loss": "2 % lost",
    "loss without wobble": "2 % lost, no wobble",
    "wobble": "wobbling belt",
}


MOST_DIGITS = 12  # more than any figure that was measured has


def markdown(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; the first column is words, the others are numbers."""
    lines = [heading, ["---", *["---:"] * (len(heading) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def figures_table(first: str, rows: dict[str, Figures], keys: Sequence[str]) -> str:
    """Write one row per group with the figures named."""
    heading = [first, "trials", "stances", *(f"{NAMES[k]}{unit_of(k)}" for k in keys)]
    return markdown(
        heading,
        (
            [
                name,
                shown("trials", figures["trials"]),
                shown("stances", figures["stances"]),
                *(shown(key, figures[key]) for key in keys),
            ]
            for name, figures in rows.items()
        ),
    )


def version(report: Report) -> str:
    """Say which analysis it is."""
    return f"The figures below are those of analysis version {report['analysis_version']}."


def headline(report: Report) -> str:
    """Write running against its targets, each mounting by itself."""
    rows, n_met = [], 0
    for verdicts in running_verdicts(report):
        met = all(verdict.is_met for verdict in verdicts)
        n_met += met
        target = verdicts[0].target
        rows.append(
            [
                f"{NAMES[target.key]}{unit_of(target.key)}",
                _limit(verdicts[0]),
                *(_marked(verdict) for verdict in verdicts),
                "met" if met else "**not met**",
            ]
        )
    table = markdown(["running", "target", "all", *MOUNTS, ""], rows)
    return f"{table}\n\n{n_met} of {len(rows)} are met in every mounting."


def conditions(report: Report) -> str:
    """Write all other targets."""
    verdicts = list(condition_verdicts(report))
    rows = [
        [
            verdict.where,
            _what(verdict),
            _limit(verdict),
            value_beside_limit(verdict),
            verdict.words,
        ]
        for verdict in verdicts
    ]
    n_met = sum(verdict.is_met for verdict in verdicts)
    table = markdown(["recordings", "figure", "target", "measured", ""], rows)
    return f"{table}\n\n{n_met} of {len(rows)} are met."


def _what(verdict: Verdict) -> str:
    key = verdict.target.key
    if key == "ratio":
        return f"largest error ratio ({NAMES[verdict.note]})" if verdict.note else "error ratio"
    return f"{NAMES[key]}{unit_of(key)}"


def _limit(verdict: Verdict) -> str:
    target = verdict.target
    gap = "" if target.sense is Sense.WITHIN else " "
    limit = f"{target.sense}{gap}{shown(target.key, target.limit, is_limit=True)}"
    if target.high is None:
        return limit
    return f"{limit} to {shown(target.key, target.high, is_limit=True)}"


def value_beside_limit(verdict: Verdict) -> str:
    """Write a figure so that what is written is met or missed like the figure itself."""
    key, value = verdict.target.key, verdict.value
    if value is None:
        return shown(key, value)
    written = (shown(key, value, n_more=n_more) for n_more in range(MOST_DIGITS))
    honest = (text for text in written if verdict.target.is_met(as_number(text)) == verdict.is_met)
    return next(honest, repr(value))


def _marked(verdict: Verdict) -> str:
    value = value_beside_limit(verdict)
    return value if verdict.is_met else f"**{value}**"


def _running(report: Report) -> dict[str, Figures]:
    groups: dict[str, Figures] = report["figures"]["running"][AS_RECORDED]
    return groups


def _with_prefix(groups: dict[str, Figures], prefix: str) -> dict[str, Figures]:
    return {
        name.removeprefix(prefix): figures
        for name, figures in groups.items()
        if name.startswith(prefix)
    }


def mountings(report: Report) -> str:
    """Write running by mounting."""
    groups = _running(report)
    rows = {mount: groups[f"mount {mount}"] for mount in MOUNTS}
    return figures_table("mounting", rows, (*TIMES, *DROPS))


def running_conditions(report: Report) -> str:
    """Write running by what disturbed it."""
    groups = _running(report)
    rows = {words: groups[name] for name, words in CONDITIONS.items() if name in groups}
    return figures_table("recordings", rows, (*TIMES, *DROPS))


def speeds(report: Report) -> str:
    """Write running by speed."""
    rows = {
        f"{name} m/s": figures for name, figures in _with_prefix(_running(report), "speed ").items()
    }
    times = ("strike_bias_ms", "strike_mae_ms", "toe_off_bias_ms", "toe_off_mae_ms")
    return figures_table("speed", rows, (*times, "contact_bias_ms", "contact_mae_ms", *DROPS))


def people(report: Report) -> str:
    """Write running by person, each one left out of the fits."""
    return figures_table("person", _with_prefix(_running(report), "person "), (*TIMES, *DROPS))


def walking(report: Report) -> str:
    """Write walking by loss, and without a gyroscope."""
    variants = report["figures"]["walking"]
    names = {"all": "all", "clean": "clean", "loss": "more than 1.5 % lost"}
    names["heavy loss"] = "10 to 20 % lost"
    rows = {words: variants[AS_RECORDED][name] for name, words in names.items()}
    rows |= {
        f"all, {variant}": groups["all"]
        for variant, groups in variants.items()
        if variant != AS_RECORDED
    }
    return figures_table("recordings", rows, TIMES)


def walking_people(report: Report) -> str:
    """Write walking by person, each one left out of the fits."""
    groups = report["figures"]["walking"][AS_RECORDED]
    return figures_table("person", _with_prefix(groups, "person "), TIMES)


def sensors(report: Report) -> str:
    """Write the same running recordings as other sensors would have made them."""
    variants = report["figures"]["running"]
    base = variants[AS_RECORDED]["all"]
    keys = (*TIMES, *DROPS)
    heading = ["sensor", *(f"{NAMES[k]}{unit_of(k)}" for k in keys), "largest error ratio"]
    rows = []
    for name, groups in variants.items():
        figures = groups["all"]
        ratio, _ = worst_ratio(figures, base)
        numbers = [shown(key, figures[key]) for key in keys]
        rows.append([name, *numbers, "" if name == AS_RECORDED else shown("ratio", ratio)])
    return markdown(heading, rows)


def coverage(report: Report) -> str:
    """Write how often the 95 % intervals hold the truth."""
    groups = _running(report)
    names = {**CONDITIONS, **{f"mount {mount}": f"mounting {mount}" for mount in MOUNTS}}
    names |= {name: f"{name.removeprefix('speed ')} m/s" for name in groups if "speed" in name}
    rows = {f"running, {words}": groups[name] for name, words in names.items() if name in groups}
    rows["walking, all"] = report["figures"]["walking"][AS_RECORDED]["all"]
    return figures_table("recordings", rows, COVERS)


def strike_errors(report: Report) -> str:
    """Write the percentiles of the error of a foot strike."""
    rows = {
        f"running, {name} m/s": figures
        for name, figures in _with_prefix(_running(report), "speed ").items()
    }
    rows |= {"running, all": _running(report)["all"]}
    rows["walking, all"] = report["figures"]["walking"][AS_RECORDED]["all"]
    return figures_table("foot strikes", rows, SPREAD)


def agreements(report: Report) -> str:
    """Write bias and limits of agreement."""
    words = {
        "peak": ("peak drop, °", 2),
        "excursion": ("drop excursion, °", 2),
        "contact": ("contact time, ms", 1),
    }
    rows = []
    for measure, (name, digits) in words.items():
        values = report["agreement"][measure]
        limits = [signed(values[key], digits) for key in ("bias", "low", "high")]
        sds = [f"{values[key]:.{digits}f}" for key in ("sd_within", "sd_between")]
        rows.append([name, f"{values['n']}", f"{values['n_people']}", *limits, *sds])
    heading = ["measure", "stances", "people", "bias", "lower limit", "upper limit"]
    return markdown([*heading, "SD within people", "SD between people"], rows)


def published(report: Report) -> str:
    """Write what others have reached."""
    rows = [[line.system, line.reached, line.source, line.here] for line in published_rows(report)]
    heading = ["system", "reached there", "source", "hiplevel, on this page's recordings"]
    lines = [heading, ["---"] * 4, *rows]
    return "\n".join(f"| {' | '.join(cell or UNKNOWN for cell in line)} |" for line in lines)


TABLES: dict[str, Callable[[Report], str]] = {
    "version": version,
    "headline": headline,
    "conditions": conditions,
    "mountings": mountings,
    "running-conditions": running_conditions,
    "speeds": speeds,
    "people": people,
    "sensors": sensors,
    "walking": walking,
    "walking-people": walking_people,
    "agreements": agreements,
    "coverage": coverage,
    "strike-errors": strike_errors,
    "published": published,
}
"""Every made part of the page by the name in its marker."""
