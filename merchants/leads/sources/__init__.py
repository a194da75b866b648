"""What other systems call things: segments and types of business by our categories and shop types, files of leads."""

import functools
import tomllib
from pathlib import Path
from typing import Any

from merchants.models import Category, ShopType

FOLDER = Path(__file__).parent


@functools.cache
def words() -> dict[str, Any]:
    """words.toml: segment → category, type of business → shop type."""
    return tomllib.loads((FOLDER / "words.toml").read_text())


def category_of(segment: str) -> str:
    """Our category for another system's segment; "other" for one that nobody described."""
    return str(words()["categories"].get(segment.strip().lower(), Category.OTHER))


def shop_type_of(business_type: str) -> str:
    """Our type of shop for another system's type of business; resellers sell several brands."""
    return str(words()["shop_types"].get(business_type.strip().lower(), ShopType.MULTI_BRAND))
