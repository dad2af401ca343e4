"""What others have reached, from their publications, beside the same figure here."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.validation.figures import Figures
from bench.validation.report import Report
from bench.validation.variants import AS_RECORDED
from bench.validation.words import shown


@dataclass(frozen=True, slots=True)
class Published:
    """A line of the table; ``here`` is empty where nothing on this page compares."""

    system: str
    reached: str
    source: str
    here: str


def published_rows(report: Report) -> Iterator[Published]:
    """Yield the lines of the table."""
    running: Figures = report["figures"]["running"][AS_RECORDED]["all"]
    walking: Figures = report["figures"]["walking"][AS_RECORDED]["all"]

    def said(figures: Figures, key: str) -> str:
        return shown(key, figures[key])

    f1 = f"running f1 {said(running, 'f1')}, walking {said(walking, 'f1')}"
    yield Published(
        "one sacral sensor, 100 runners, 208 Hz",
        "contact time RMSE 20 ms, bias 13 ms",
        "Patoz 2022, [PMC8838733](https://www.ncbi.nlm.nih.gov/pmc/articles/PMC8838733/)",
        f"contact time RMSE {said(running, 'contact_rmse_ms')} ms, "
        f"bias {said(running, 'contact_bias_ms')} ms",
    )
    yield Published(
        "RunScribe Sacral Gait Lab, 16 runners, against optical motion capture",
        "no pelvic variable met the validity criteria at any speed",
        "Ruiz-Malagón 2023, [doi:10.3390/s23052604](https://doi.org/10.3390/s23052604)",
        f"peak drop RMSE {said(running, 'peak_rmse_deg')}°, "
        f"excursion {said(running, 'excursion_rmse_deg')}°; those criteria were not applied here",
    )
    yield Published(
        "one sacral sensor, 24 runners, two orientation filters",
        "bias of pelvic angles about 0.3° with a Kalman filter, 3.4° with a complementary one",
        "Asgari & Heller 2025, [doi:10.3390/s25020315](https://doi.org/10.3390/s25020315)",
        f"peak drop bias per trial {said(running, 'peak_bias_deg')}°",
    )
    for system, run, walk in (
        ("skdh", "0.72", "0.93"),
        ("mobgap", "0.92", "0.78"),
        ("sensormotion", "0.96", "0.84"),
    ):
        yield Published(
            f"{system}, mounting known, one constant offset removed",
            f"running f1 {run}, walking {walk}",
            "not published: tried on recordings of the same kind as these",
            f1,
        )
    yield Published(
        "the best of these three at sides",
        "64 % of the sides right while running",
        "as above",
        f"{said(running, 'side')} of the sides right",
    )
