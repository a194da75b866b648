"""Draw the demo's documents: licences/<applicant>.jpg and papers/<type>.jpg. Needs Chromium and Chinese fonts."""

import os
import sys
import tomllib
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LICENCES = ROOT / "shopops" / "demo" / "licences"
PAPERS = ROOT / "shopops" / "demo" / "papers"
POLICY = ROOT / "merchants" / "policies" / "onboarding.toml"


def main() -> None:
    from shopops.demo.cast import APPLICANTS

    template = (LICENCES / "template.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 760, "height": 540})
        for who in APPLICANTS:
            scope = [who.scope[i : i + 15] for i in range(0, 45, 15)]
            svg = template.format(
                uscc=who.uscc,
                name=who.legal_name,
                type="个体工商户" if who.is_sole_trader else "有限责任公司（自然人独资）",
                person=who.person,
                scope1=scope[0],
                scope2=scope[1],
                scope3=scope[2],
                capital=who.capital,
                founded=f"{who.founded:%Y年%m月%d日}",
                address1=who.address[:12],
                address2=who.address[12:],
                issued=f"{who.founded:%Y 年 %m 月 %d 日}",
            )
            page.set_content(f"<style>body{{margin:0}}</style>{svg}")
            page.screenshot(path=str(LICENCES / f"{who.key}.jpg"), type="jpeg", quality=62)
        paper = (PAPERS / "template.svg").read_text(encoding="utf-8")
        for code, document in tomllib.loads(POLICY.read_text(encoding="utf-8"))["documents"].items():
            svg = paper.format(title=document["name"]["zh"], subtitle=document["name"]["en"])
            page.set_content(f"<style>body{{margin:0}}</style>{svg}")
            page.screenshot(path=str(PAPERS / f"{code}.jpg"), type="jpeg", quality=55)
        browser.close()


if __name__ == "__main__":
    main()
