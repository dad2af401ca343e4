"""Bland-Altman agreement where every person was measured many times.

Bland & Altman 2007, https://doi.org/10.1080/10543400701329422, the case in which the true value
varies: a one-way analysis of variance of the differences splits their variance into that between
people and that within, and the limits of agreement hold both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.results import FloatArray

LIMITS = 1.96


@dataclass(frozen=True, slots=True)
class Agreement:
    """Found minus true, in the values' own unit.

    Attributes
    ----------
    bias : float
        Mean of all differences.
    low, high : float
        Limits of agreement: 95 % of the differences of new people are expected between them.
    sd_within, sd_between : float
        Standard deviation of one person's differences, and of the people's mean differences.
    n, n_people : int
    """

    bias: float
    low: float
    high: float
    sd_within: float
    sd_between: float
    n: int
    n_people: int


def agreement(differences: FloatArray, people: Sequence[str]) -> Agreement:
    """Find bias and limits of agreement.

    Parameters
    ----------
    differences : FloatArray, shape (n,)
        Found minus true; finite.
    people : sequence of str, length n
        Who each difference belongs to: at least two people, and one with at least two.
    """
    names, member = np.unique(np.asarray(people), return_inverse=True)
    count = np.bincount(member).astype(np.float64)
    n, n_people = len(differences), len(names)
    means = np.bincount(member, differences) / count
    bias = float(differences.mean())
    within = float(((differences - means[member]) ** 2).sum()) / (n - n_people)
    between = float((count * (means - bias) ** 2).sum()) / (n_people - 1)
    # The paper's divisor for unequal numbers of observations.
    per_person = (n**2 - float((count**2).sum())) / ((n_people - 1) * n)
    person_variance = max(0.0, (between - within) / per_person)
    reach = LIMITS * float(np.sqrt(person_variance + within))
    return Agreement(
        bias=bias,
        low=bias - reach,
        high=bias + reach,
        sd_within=float(np.sqrt(within)),
        sd_between=float(np.sqrt(person_variance)),
        n=n,
        n_people=n_people,
    )
