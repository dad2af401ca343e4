"""How figures are called and written on the page."""

from bench.validation.figures import PERCENTILES

UNKNOWN = "\N{EN DASH}"

NAMES = {
    "f1": "f1",
    "side": "side right",
    "strike_bias_ms": "strike bias",
    "strike_mae_ms": "strike MAE",
    "toe_off_bias_ms": "toe-off bias",
    "toe_off_mae_ms": "toe-off MAE",
    "contact_bias_ms": "contact bias",
    "contact_mae_ms": "contact MAE",
    "contact_rmse_ms": "contact RMSE",
    "peak_rmse_deg": "peak RMSE",
    "excursion_rmse_deg": "excursion RMSE",
    "peak_bias_deg": "peak bias per trial",
    "asym_peak_deg": "right-left peak error",
    "asym_excursion_deg": "right-left excursion error",
    "strike_cover": "strike",
    "peak_cover": "peak",
    "excursion_cover": "excursion",
    "mean_peak_cover": "mean peak",
    "mean_excursion_cover": "mean excursion",
    "asym_peak_cover": "right-left peak",
    "asym_excursion_cover": "right-left excursion",
    "toe_off_missing": "toe-offs missing",
    "drop_missing": "drops missing",
    **{f"strike_{percent}_percent_ms": f"{percent} %" for percent in PERCENTILES},
}


def unit_of(key: str) -> str:
    """Return the unit of a figure, with the comma in front of it."""
    if key.endswith("_ms"):
        return ", ms"
    return ", °" if key.endswith("_deg") else ""


def shown(  # noqa: PLR0911
    key: str, value: float | None, *, is_limit: bool = False, n_more: int = 0
) -> str:
    """Write a figure with the digits that it deserves, and so many more."""
    if value is None:
        return UNKNOWN
    if is_limit and not key.endswith("_cover") and key != "side":
        return f"{value:g}"
    if key.endswith("_missing") or key in {"trials", "stances"}:
        return f"{value:.0f}"
    if key == "f1":
        return f"{value:.{4 + n_more}f}"
    if key == "side" or key.endswith("_cover"):
        return f"{100 * value:.0f} %" if is_limit else f"{100 * value:.{1 + n_more}f} %"
    if "_bias_ms" in key or "_percent_ms" in key:
        return signed(value, 1 + n_more)
    return f"{value:.{(1 if key.endswith('_ms') else 2) + n_more}f}"


def as_number(written: str) -> float:
    """Read a figure as it was written."""
    number = written.replace("\N{MINUS SIGN}", "-")
    return float(number.removesuffix(" %")) / 100 if number.endswith(" %") else float(number)


def signed(value: float, n_decimals: int) -> str:
    """Write a number with its sign; what rounds to zero has none."""
    rounded = round(value, n_decimals)
    written = f"{rounded:+.{n_decimals}f}" if rounded else f"{0:.{n_decimals}f}"
    return written.replace("-", "\N{MINUS SIGN}")
