"""A measured number and its target."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the report.

    Attributes
    ----------
    what : str
        What was measured, in words.
    value : float or None
        None where it could not be measured; ``note`` says why.
    unit : str
    at_most : float or None
        The target; None where there is none.
    note : str
        How it was measured.
    """

    what: str
    value: float | None
    unit: str
    at_most: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the target is met, in words."""
        if self.value is None:
            return "not measured"
        if self.at_most is None:
            return ""
        return "met" if self.value <= self.at_most else "not met"

    @property
    def shown_value(self) -> str:
        """The value with its unit."""
        if self.value is None:
            return ""
        digits = f"{self.value:,.0f}" if self.value >= 100 else f"{self.value:.3g}"
        return f"{digits} {self.unit}".strip()

    @property
    def shown_target(self) -> str:
        """The target with its unit."""
        return "" if self.at_most is None else f"at most {self.at_most:g} {self.unit}".strip()
