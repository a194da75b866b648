"""Draw the demo's documents: licences/<applicant>.jpg, read as licences/readings.json, and papers/<type>.jpg.

Licences need the extra "ocr" and a Chinese font, papers Chromium. `licences` or `papers` as argument draws these alone.
"""

import io
import json
import os
import random
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LICENCES = ROOT / "shopops" / "demo" / "licences"
PAPERS = ROOT / "shopops" / "demo" / "papers"
POLICY = ROOT / "merchants" / "policies" / "onboarding.toml"
#: Not every merchant has a scanner.
DISTORTED = {"luming": "sideways", "zhiyuan": "photographed", "songyun": "tilted", "haiyan": "upside_down"}
WIDTH = 1180

if TYPE_CHECKING:
    from merchants.ocr import invented
    from shopops.demo.cast import Applicant


def draw_licences() -> None:
    from merchants.ocr import drawing, fields
    from merchants.ocr.distortions import DISTORTIONS
    from merchants.ocr.engine import Engine
    from shopops.demo.cast import APPLICANTS

    engine = Engine()
    readings = {}
    for position, who in enumerate(APPLICANTS):
        image = drawing.draw(position, _facts(who), is_upright_format=who.is_sole_trader).image
        if way := DISTORTED.get(who.key):
            image = DISTORTIONS[way](image, random.Random(position))  # noqa: S311 - pictures, no secrets
        image.thumbnail((WIDTH, WIDTH))
        kept = io.BytesIO()
        image.save(kept, "JPEG", quality=52, optimize=True)
        (LICENCES / f"{who.key}.jpg").write_bytes(kept.getvalue())
        page = engine.read(kept.getvalue())
        readings[who.key] = {
            "rotation": page.rotation,
            "aspect": round(page.size[0] / page.size[1], 4),
            "engine": engine.name,
            "fields": fields.licence(page.lines, page.size),
        }
    words = json.dumps(readings, ensure_ascii=False, indent=1, sort_keys=True)
    (LICENCES / "readings.json").write_text(words + "\n", encoding="utf-8")


def _facts(who: "Applicant") -> "invented.Facts":
    from merchants.ocr import invented

    printed = {
        "legal_name": who.legal_name,
        "legal_form": "个体工商户" if who.is_sole_trader else "有限责任公司（自然人独资）",
        "legal_person": who.person,
        "scope": who.scope,
        "established_on": f"{who.founded:%Y年%m月%d日}",
        "address": who.address,
        "issued_on": f"{who.founded:%Y 年 %m 月 %d 日}",
    }
    if not who.is_sole_trader:
        printed["registered_capital"] = who.capital
    return invented.Facts(who.uscc, printed, invented.SOLE_TRADER if who.is_sole_trader else invented.COMPANY)


def draw_papers() -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 760, "height": 540})
        paper = (PAPERS / "template.svg").read_text(encoding="utf-8")
        for code, document in tomllib.loads(POLICY.read_text(encoding="utf-8"))["documents"].items():
            svg = paper.format(title=document["name"]["zh"], subtitle=document["name"]["en"])
            page.set_content(f"<style>body{{margin:0}}</style>{svg}")
            page.screenshot(path=str(PAPERS / f"{code}.jpg"), type="jpeg", quality=55)
        browser.close()


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["licences", "papers"]
    if "licences" in wanted:
        draw_licences()
    if "papers" in wanted:
        draw_papers()
