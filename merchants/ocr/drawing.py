"""Draws business licences for tests and for the measurement of accuracy: the layouts of the real ones, made-up facts.

Needs Pillow and a Chinese font of the system. Everything follows from the seed, so a failure can be looked at again.
"""

import math
import random
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from merchants.ocr.invented import Facts, invent

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

_KNOWN_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/Supplemental/Songti.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/simsun.ttc",
)
_INK, _GREY, _RED, _GOLD, _PAPER = (38, 34, 28), (92, 86, 74), (196, 58, 44), (181, 139, 60), (251, 248, 239)
_CHINESE_FACES = ("SC", "Songti SC", "PingFang SC", "SimSun")


class NoFont(RuntimeError):
    """The system has no Chinese font to draw with."""


def fonts() -> list[tuple[str, int]]:
    """The Chinese fonts found, as path and index of the simplified face. Raises NoFont."""
    found = _fonts()
    if not found:
        raise NoFont("No Chinese font was found. On Debian and Ubuntu: apt-get install fonts-noto-cjk")
    return list(found)


@lru_cache(maxsize=1)
def _fonts() -> tuple[tuple[str, int], ...]:
    paths = [path for path in _KNOWN_FONTS if Path(path).is_file()]
    if not paths and shutil.which("fc-match"):
        asked = ["fc-match", "--format=%{file}\t%{lang}", ":lang=zh-cn"]
        answer = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
        path, _tab, languages = answer.partition("\t")
        paths = [path] if "zh-cn" in languages and Path(path).is_file() else []
    return tuple((path, _simplified(path)) for path in paths)


def _simplified(path: str) -> int:
    """The index of the face for simplified Chinese in a font collection; 0 when none says so."""
    from PIL import ImageFont

    for index in range(20):
        try:
            name = ImageFont.truetype(path, 12, index=index).getname()[0] or ""
        except OSError:
            break
        if name.endswith(_CHINESE_FACES) and "Mono" not in name:
            return index
    return 0


@dataclass(frozen=True)
class Licence:
    """A drawn licence and what is printed on it, by field name, as a reading should find it."""

    image: "Image"
    facts: Facts
    is_upright_format: bool


@dataclass
class _Page:
    """A page while it is being drawn. Lengths are pixels."""

    image: "Image"
    draw: "ImageDraw"
    face: tuple[str, int]
    dice: random.Random
    sizes: dict[int, "FreeTypeFont"] = field(default_factory=dict)

    def font(self, size: int) -> "FreeTypeFont":
        from PIL import ImageFont

        if size not in self.sizes:
            self.sizes[size] = ImageFont.truetype(self.face[0], size, index=self.face[1])
        return self.sizes[size]

    def text(
        self, x: float, y: float, text: str, size: int, colour: tuple[int, int, int] = _INK, anchor: str = "la"
    ) -> None:
        self.draw.text((x, y), text, font=self.font(size), fill=colour, anchor=anchor)

    def label(self, x: float, y: float, text: str, width: float, size: int) -> None:
        """A label spread over `width`, as licences do with short ones; long ones are set smaller."""
        y, size = y + max(0, size - int(width / len(text))) / 2, min(size, int(width / len(text)))
        step = (width - size) / max(len(text) - 1, 1)
        for position, character in enumerate(text):
            self.text(x + position * step, y, character, size, _GREY)

    def block(self, x: float, y: float, text: str, size: int, width: float, leading: float = 1.45) -> float:
        """Text broken into lines of at most `width`; returns the y below it."""
        for line in _broken(text, self.font(size), width):
            self.text(x, y, line, size)
            y += size * leading
        return y

    def fitting(self, text: str, size: int, width: float, height: float) -> int:
        """The largest type up to `size` in which the text fits into so much room."""
        while size > 20 and len(_broken(text, self.font(size), width)) * size * 1.45 > height:
            size -= 1
        return size


def _broken(text: str, font: "FreeTypeFont", width: float) -> list[str]:
    lines, line = [], ""
    for character in text:
        # No line begins with a closing mark.
        if line and font.getlength(line + character) > width and character not in "，。；、）：":
            lines.append(line)
            line = ""
        line += character
    return [*lines, line] if line else lines


def draw(seed: int, facts: Facts | None = None, *, is_upright_format: bool | None = None) -> Licence:
    """Draw one licence. `facts` None: invented from the seed; the format likewise. Raises NoFont."""
    from PIL import Image, ImageDraw

    dice = random.Random(f"licence {seed}")  # noqa: S311 - pictures, no secrets
    facts = facts or invent(dice)
    upright = dice.random() < 0.35 if is_upright_format is None else is_upright_format
    size = (1240, 1754) if upright else (1754, 1240)
    image = Image.new("RGB", size, _PAPER)
    page = _Page(image, ImageDraw.Draw(image), dice.choice(fonts()), dice)
    _background(page)
    (_upright if upright else _landscape)(page, facts)
    return Licence(image, facts, upright)


def _background(page: _Page) -> None:
    width, height = page.image.size
    for x in range(0, width, 34):
        for y in range(0, height, 34):
            page.draw.arc((x, y, x + 40, y + 40), 200, 340, fill=(240, 233, 214))
    page.draw.rectangle((34, 34, width - 34, height - 34), outline=_GOLD, width=10)
    page.draw.rectangle((54, 54, width - 54, height - 54), outline=(212, 184, 119), width=3)
    middle = width / 2
    page.draw.ellipse((middle - 56, 90, middle + 56, 202), fill=_RED)
    page.draw.ellipse((middle - 38, 108, middle + 38, 184), outline=(243, 210, 122), width=6)
    page.draw.polygon(_star(middle, 146, 26), fill=(243, 210, 122))


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """The corners of a five-pointed star."""
    points = [(-90 + 36 * at, radius if at % 2 == 0 else radius * 0.38) for at in range(10)]
    return [(x + far * math.cos(math.radians(turn)), y + far * math.sin(math.radians(turn))) for turn, far in points]


def _title(page: _Page, y: float, size: int) -> None:
    middle = page.image.width / 2
    for position, character in enumerate("营业执照"):
        page.text(middle + (position - 1.5) * size * 1.35, y, character, size, anchor="mt")
    if page.dice.random() < 0.6:
        page.text(middle, y + size * 1.25, "（副  本）", size // 3, anchor="mt")


def _landscape(page: _Page, facts: Facts) -> None:
    _title(page, 220, 104)
    page.text(150, 236, "统一社会信用代码", 30, _GREY)
    page.text(150, 282, facts.uscc, 38)
    _matrix(page, 1480, 190, 130)
    page.text(1545, 326, "扫描二维码登录“国家企业", 14, _GREY, anchor="mt")
    page.text(1545, 346, "信用信息公示系统”了解更多", 14, _GREY, anchor="mt")
    size = page.dice.choice((30, 32, 34))
    left, right = 150, 1010
    labels = facts.labels
    y = 460.0
    for name in ("legal_name", "legal_form", "legal_person", "scope"):
        page.label(left, y, labels[name], size * 4.9, size)
        small = page.fitting(facts.printed[name], size - 4, 620, 1120 - y) if name == "scope" else size
        y = page.block(left + size * 6.2, y, facts.printed[name], small, 620) + size * 0.75
    y = 460.0
    for name in ("registered_capital", "established_on", "expires_on", "address"):
        if facts.printed.get(name):
            page.label(right, y, labels[name], size * 3.9, size)
            y = page.block(right + size * 5.2, y, facts.printed[name], size, 400) + size * 0.75
    _authority(page, 1400, 1010, facts)
    page.text(150, 1170, "国家企业信用信息公示系统网址：http://www.gsxt.gov.cn", 18, _GREY)
    page.text(1600, 1170, "国家市场监督管理总局监制", 18, _GREY, anchor="ra")


def _upright(page: _Page, facts: Facts) -> None:
    _title(page, 230, 110)
    size = page.dice.choice((34, 36, 38))
    page.text(620, 420, f"统一社会信用代码  {facts.uscc}", 36, anchor="ma")
    y, labels = 530.0, facts.labels
    order = (
        "legal_name",
        "legal_form",
        "address",
        "legal_person",
        "registered_capital",
        "established_on",
        "expires_on",
    )
    for name in (*order, "scope"):
        if facts.printed.get(name):
            page.label(170, y, labels[name], size * 4.9, size)
            # The scope is set as small as it takes to end above the seal.
            small = page.fitting(facts.printed[name], size, 640, 1310 - y) if name == "scope" else size
            y = page.block(170 + size * 6.2, y, facts.printed[name], small, 640) + size * 0.55
    _authority(page, 900, 1480, facts)
    _matrix(page, 170, 1470, 150)
    page.text(620, 1668, "国家企业信用信息公示系统网址：http://www.gsxt.gov.cn", 18, _GREY, anchor="ma")


def _authority(page: _Page, x: float, y: float, facts: Facts) -> None:
    """The registration authority with its seal, half transparent, over it and the date of issue."""
    from PIL import Image, ImageDraw

    page.text(x - 170, y - 30, "登记机关", 30, _GREY)
    seal = Image.new("RGBA", (260, 260), (0, 0, 0, 0))
    pen = ImageDraw.Draw(seal)
    pen.ellipse((6, 6, 254, 254), outline=(*_RED, 150), width=8)
    pen.polygon(_star(130, 125, 46), fill=(*_RED, 150))
    pen.text((130, 196), "行政审批专用章", font=page.font(22), fill=(*_RED, 150), anchor="mm")
    page.image.paste(seal, (int(x) - 40, int(y) - 150), seal)
    page.text(x + 90, y + 60, facts.printed["issued_on"], 28, anchor="mm")


def _matrix(page: _Page, x: float, y: float, size: float) -> None:
    """Something that looks like a QR code."""
    cells = 25
    step = size / cells
    for row in range(cells):
        for column in range(cells):
            if page.dice.random() < 0.5:
                page.draw.rectangle(
                    (x + column * step, y + row * step, x + (column + 1) * step, y + (row + 1) * step), _INK
                )
    for column, row in ((0, 0), (cells - 7, 0), (0, cells - 7)):
        for inset, colour in ((0, _INK), (1, _PAPER), (2, _INK)):
            corner = (x + (column + inset) * step, y + (row + inset) * step)
            opposite = (x + (column + 7 - inset) * step, y + (row + 7 - inset) * step)
            page.draw.rectangle((*corner, *opposite), colour)
