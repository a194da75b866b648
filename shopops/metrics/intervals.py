"""How sure a share is that was counted on few cases. Pure."""

import math
from statistics import NormalDist


def wilson(hits: int, cases: int, confidence: float) -> tuple[float, float]:
    """Return the lower and the upper bound of a share, each held with the given one-sided confidence.

    Wilson's score interval: honest for few cases and for shares near 0 or 1, unlike share ± z·error.
    """
    z = NormalDist().inv_cdf(confidence)
    share = hits / cases
    middle = share + z * z / (2 * cases)
    spread = z * math.sqrt(share * (1 - share) / cases + z * z / (4 * cases * cases))
    scale = 1 + z * z / cases
    return (middle - spread) / scale, (middle + spread) / scale
