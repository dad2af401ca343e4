"""What texts for a runner rest on: one list, which rules, exercises and questions point into.

The list is ``sources.toml`` beside this module.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from analysis.errors import CoachingDataError


@dataclass(frozen=True, slots=True)
class Source:
    """One source.

    Attributes
    ----------
    key : str
    citation : str
        As it is shown: who, when, and what was found, in our words.
    url : str or None
    confirmed : bool
        False: nobody of us has read it.  Such a source may only send somebody to a clinician.
    """

    key: str
    citation: str
    url: str | None
    confirmed: bool


def parse_sources(raw: Mapping[str, Any]) -> Mapping[str, Source]:
    """Check a list of sources.

    Raises
    ------
    CoachingDataError
        An entry is not what it must be.
    """
    return MappingProxyType({key: _source(key, entry) for key, entry in raw.items()})


@cache
def shipped_sources() -> Mapping[str, Source]:
    """Give the sources of ``sources.toml``, by key."""
    return parse_sources(read_data("sources.toml"))


def cited(keys: Iterable[str], where: str) -> tuple[Source, ...]:
    """Give the sources that have these keys, in their order.

    Raises
    ------
    CoachingDataError
        A key is unknown, or there is none at all; ``where`` says who cites.
    """
    known = shipped_sources()
    keys = list(keys)
    unknown = [key for key in keys if key not in known]
    if unknown or not keys:
        raise CoachingDataError(where, f"cites {unknown or 'nothing'}; see sources.toml")
    return tuple(known[key] for key in keys)


def read_data(name: str) -> dict[str, Any]:
    """Read a TOML file of this package."""
    return tomllib.loads(files("analysis").joinpath(name).read_text("utf-8"))


def check_fields(
    entry: object, where: str, *, required: Iterable[str], optional: Iterable[str] = ()
) -> dict[str, Any]:
    """Return a table of a data file that has all required fields and no unknown one.

    Raises
    ------
    CoachingDataError
        Otherwise.
    """
    if not isinstance(entry, dict):
        raise CoachingDataError(where, "has to be a table")
    missing = sorted(set(required) - set(entry))
    unknown = sorted(set(entry) - set(required) - set(optional))
    if missing or unknown:
        raise CoachingDataError(where, f"lacks {missing}, has unknown {unknown}")
    return entry


def sentence(entry: Mapping[str, Any], field: str, where: str) -> str:
    """Return a text that ends as a sentence does.

    Raises
    ------
    CoachingDataError
        It is none.
    """
    text = entry[field]
    if not isinstance(text, str) or text != " ".join(text.split()) or not text.endswith((".", "?")):
        raise CoachingDataError(where, f"{field} has to be sentences without double spaces")
    return text


def _source(key: str, entry: object) -> Source:
    table = check_fields(
        entry, f"source {key}", required={"citation"}, optional={"url", "confirmed"}
    )
    citation, url = table["citation"], table.get("url")
    confirmed = table.get("confirmed", True)
    if not isinstance(citation, str) or not citation or not isinstance(confirmed, bool):
        raise CoachingDataError(f"source {key}", "needs a citation; confirmed is true or false")
    if url is not None and not (isinstance(url, str) and url.startswith("https://")):
        raise CoachingDataError(f"source {key}", "url has to start with https://")
    return Source(key, citation, url, confirmed)
