import csv
import dataclasses
import html
import io
import re
import time

import httpx
import pytest
from fastapi import FastAPI

from analysis.extra_measures import VALIDITY, ExtraMeasure
from analysis.results import Estimate, Measured, RunAnalysis, ZeroReference
from analysis.stances import Gait
from server.library import Library
from server.pages.measures_view import UNITS, measure_rows
from server.pages.run_view import offered_measures, run_view
from tests.server.factory import make_analysis

pytestmark = pytest.mark.anyio

HTML = {"accept": "text/html"}


async def test_the_page_says_verdict_numbers_and_charts(
    client: httpx.AsyncClient, run_id: str
) -> None:
    page = (await client.get(f"/runs/{run_id}", headers=HTML)).text

    assert "Even all the way." in page
    assert page.count('class="plotbox') == 6
    for anchor in ("stances", "stride", "drift", "measures", "quality"):
        assert f'id="{anchor}"' in page
    assert "+0.5" in page


async def test_the_page_holds_nothing_that_its_policy_forbids(
    client: httpx.AsyncClient, run_id: str
) -> None:
    for address in (f"/runs/{run_id}", "/runs", "/live", "/runs/nothing"):
        page = (await client.get(address, headers=HTML)).text

        assert "<style" not in page
        assert not re.search(r"\sstyle=|\son[a-z]+=\"", page)
        assert not re.search(r"<script(?![^>]*src=)", page)


async def test_a_large_run_is_a_small_page(
    library: Library, run_id: str, monkeypatch: pytest.MonkeyPatch, client: httpx.AsyncClient
) -> None:
    analysis = make_analysis(10_000)
    monkeypatch.setattr(library, "analysis", lambda _id: analysis)
    await client.get(f"/runs/{run_id}", headers=HTML)

    started = time.perf_counter()
    page = await client.get(f"/runs/{run_id}", headers=HTML)
    took_s = time.perf_counter() - started

    assert len(page.content) < 60_000
    # A generous bound for a busy machine; make bench measures the real one.
    assert took_s < 1.0


async def test_more_measures_stand_with_their_limits(
    client: httpx.AsyncClient, run_id: str
) -> None:
    page = (await client.get(f"/runs/{run_id}", headers=HTML)).text
    section = html.unescape(page.partition('id="measures"')[2].partition("</section>")[0])

    assert "9.1 cm" in section
    assert "± 0.1" in section
    assert "50.3 % left" in section
    assert "It needs 200 samples a second." in section
    for measure in (ExtraMeasure.VERTICAL_OSCILLATION, ExtraMeasure.IMPACT_PEAK):
        for sentence in (VALIDITY[measure].what, VALIDITY[measure].limits):
            assert sentence in section


def test_every_measure_has_a_unit_and_small_doubts_are_not_zero() -> None:
    assert set(UNITS) == set(ExtraMeasure)
    tiny = Measured(None, None, Estimate(6.2, 6.199, 6.201))
    measures = dict.fromkeys(ExtraMeasure, tiny)
    rows = measure_rows(dataclasses.replace(make_analysis(), measures=measures))
    assert [row.label for row in rows] == [told.label for told in VALIDITY.values()]
    assert {row.run.doubt for row in rows} == {"± 0.1", "± 1.0", "± 0.01"}


async def test_a_run_of_an_older_analysis_says_how_to_get_the_measures(
    library: Library, run_id: str, monkeypatch: pytest.MonkeyPatch, client: httpx.AsyncClient
) -> None:
    older = dataclasses.replace(make_analysis(), measures={})
    monkeypatch.setattr(library, "analysis", lambda _id: older)
    page = (await client.get(f"/runs/{run_id}", headers=HTML)).text

    assert "hiplevel reanalyze" in page.partition('id="measures"')[2]


@pytest.mark.parametrize("name", ["stances", "stride", "drift", "spread", "contact", "cadence"])
async def test_every_chart_has_options_rows_and_csv(
    client: httpx.AsyncClient, run_id: str, name: str
) -> None:
    options = await client.get(f"/runs/{run_id}/charts/{name}.json")
    rows = await client.get(f"/runs/{run_id}/tables/{name}", headers={"hx-request": "true"})
    text = await client.get(f"/runs/{run_id}/tables/{name}.csv")

    assert options.json()["option"]["series"]
    assert rows.text.lstrip().startswith("<div")
    header, first, *_ = list(csv.reader(io.StringIO(text.text)))
    assert len(header) == len(first)


async def test_a_plain_link_to_a_table_is_a_page(client: httpx.AsyncClient, run_id: str) -> None:
    page = (await client.get(f"/runs/{run_id}/tables/stances", headers=HTML)).text

    assert "<!doctype html>" in page
    assert page.count("<tr>") == 201


async def test_a_long_table_has_pages(client: httpx.AsyncClient, run_id: str) -> None:
    second = await client.get(
        f"/runs/{run_id}/tables/stances?first=200", headers={"hx-request": "true"}
    )

    assert "Rows 201 to 400 of 400" in second.text
    assert "first=0" in second.text


async def test_an_unknown_chart_or_measure_is_refused(
    client: httpx.AsyncClient, run_id: str
) -> None:
    assert (await client.get(f"/runs/{run_id}/charts/pie.json")).status_code == 404
    assert (await client.get(f"/runs/{run_id}?measure=weight")).status_code == 422


async def test_a_run_that_is_gone_is_a_page_of_its_own(client: httpx.AsyncClient) -> None:
    answer = await client.get("/runs/nothing", headers=HTML)

    assert answer.status_code == 404
    assert "It may have been deleted" in answer.text
    assert 'href="/runs"' in answer.text


async def test_names_are_text_never_markup(
    app: FastAPI, client: httpx.AsyncClient, run_id: str
) -> None:
    library: Library = app.state.library
    library.edit_run(run_id, {"title": '<img src=x onerror="alert(1)">'})
    for address in (f"/runs/{run_id}", "/runs", "/live"):
        page = (await client.get(address, headers=HTML)).text

        assert "<img" not in page
        assert "&lt;img" in page


async def test_the_drift_says_what_is_adjusted_and_what_it_would_be_without(
    client: httpx.AsyncClient, run_id: str
) -> None:
    page = (await client.get(f"/runs/{run_id}", headers=HTML)).text

    assert "Adjusted for cadence and estimated speed" in page
    assert "right drop rose by 0.8° (0.6 to 1.0°)" in page
    assert "Without the adjustment" in page
    assert "Right drop changed its level at km 5.3" in page


def test_a_run_analysed_before_there_were_trends_says_nothing_of_them(
    library: Library, run_id: str
) -> None:
    analysis = make_analysis()
    old = dataclasses.replace(analysis, drift=dataclasses.replace(analysis.drift, trends=None))

    assert run_view(library.run(run_id), old, "excursion").drift_trend == ()


def test_peak_needs_a_standing_zero(library: Library, run_id: str) -> None:
    analysis = make_analysis()
    assert analysis.alignment is not None
    moving = dataclasses.replace(analysis.alignment, zero=ZeroReference.RUN_MEAN)
    without = dataclasses.replace(analysis, alignment=moving)

    assert "peak" in offered_measures(analysis)
    assert "peak" not in offered_measures(without)
    view = run_view(library.run(run_id), without, "peak")
    assert view.measure_name == "excursion"
    assert [choice.name for choice in view.measures if choice.why_off] == ["peak"]


def test_the_quality_section_tells_what_was_left_out(library: Library, run_id: str) -> None:
    view = run_view(library.run(run_id), make_analysis(), "excursion")

    assert view.quality.left_out == [
        (8, "gap", "Samples are missing around it for more than 0.2 s")
    ]
    assert dict(view.quality.facts)["Stances kept"] == "392 of 400"


async def test_no_gait_shows_the_verdict_and_the_signal(
    client: httpx.AsyncClient, run_id: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysis = make_analysis()
    summary = dataclasses.replace(analysis.summary, gait=None, n_stances=0, n_valid=0)
    still = dataclasses.replace(
        analysis,
        stances=(),
        waveforms=(),
        alignment=None,
        summary=summary,
        drift=dataclasses.replace(analysis.drift, bins=()),
    )
    monkeypatch.setattr(library, "analysis", lambda _id: still)
    page = (await client.get(f"/runs/{run_id}", headers=HTML)).text

    assert 'class="plotbox' not in page
    assert 'id="quality"' in page
    assert "Left drop</button>" not in page


def with_differences(excursion: Estimate, mid_stance: Estimate) -> RunAnalysis:
    analysis = make_analysis()
    summary = dataclasses.replace(
        analysis.summary,
        asym_drop_excursion_deg=excursion,
        asym_mid_stance_drop_deg=mid_stance,
    )
    return dataclasses.replace(analysis, summary=summary)


def test_another_measure_than_the_verdicts_says_so(library: Library, run_id: str) -> None:
    left, right = Estimate(-0.5, -0.7, -0.3), Estimate(0.5, 0.3, 0.7)
    unclear = Estimate(0.1, -0.1, 0.3)
    run = library.run(run_id)

    def warning(excursion: Estimate, name: str) -> str:
        return run_view(run, with_differences(excursion, left), name).measure_warning

    assert warning(right, "excursion") == ""
    assert warning(unclear, "mid-stance") == "The verdict above is about excursion."
    assert warning(left, "mid-stance") == "The verdict above is about excursion."
    assert warning(right, "mid-stance").endswith("The measures disagree on the side.")


def test_stances_of_the_other_gait_are_counted_in_words(library: Library, run_id: str) -> None:
    analysis = make_analysis()
    stances = tuple(
        dataclasses.replace(stance, gait=Gait.WALKING) if index < 10 else stance
        for index, stance in enumerate(analysis.stances)
    )
    view = run_view(
        library.run(run_id), dataclasses.replace(analysis, stances=stances), "excursion"
    )

    assert view.quality.other_gait == "10 walking stances are not in these numbers."
    assert view.summaries["stances"].endswith(view.quality.other_gait)


def test_times_and_shares_cannot_be_mixed_up(library: Library, run_id: str) -> None:
    analysis = make_analysis()
    quality = dataclasses.replace(
        analysis.quality, coverage_percent=99.78, has_gyroscope=False, sentence="99.7 % of it."
    )
    run = dataclasses.replace(library.run(run_id), distance_m=500.0)
    view = run_view(run, dataclasses.replace(analysis, quality=quality), "excursion")

    # Without a start there is no time of day, and the day is that of the import.
    assert view.date.startswith("Imported ")
    assert view.meta[1:4] == ["0.5 km", "2:29 long", "4:48 /km moving"]
    assert dict(view.quality.facts)["Recorded"] == "99.7 % of the samples"
    assert "Forward direction" not in dict(view.quality.facts)
