"""RapidOCR behind one function: a picture in, its lines of text and its orientation out.

Everything heavy is imported when the first picture is read, never with the module. The models lie in the wheel; nothing
is fetched at run time.
"""

import io
import logging
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from merchants.ocr.geometry import Line, Point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[Any]

#: Longest side in pixels of what is read: the small print of an A3 licence is still 12 pixels high.
LONGEST_SIDE = 1280
NEEDED = ("rapidocr", "onnxruntime", "PIL", "numpy", "cv2")
#: Both ways up, so many of the longest lines are read to find which is right.
_PROBES = 5


class NotInstalled(RuntimeError):
    """The optional extra is missing."""


class NotAPicture(ValueError):
    """The content is no picture that can be decoded."""


@dataclass(frozen=True)
class Page:
    """A page that was read. `rotation`: degrees clockwise that bring the stored picture upright; `size`: width and
    height in pixels of the upright page in which the lines lie."""

    lines: tuple[Line, ...]
    rotation: int
    size: tuple[int, int]


def is_installed() -> bool:
    """Can pictures be read here? Looks for the packages without importing them."""
    return all(find_spec(each) for each in NEEDED)


class Engine:
    """A loaded reader: some 200 MB, one core. Not for the web process. Raises NotInstalled."""

    def __init__(self) -> None:
        if not is_installed():
            raise NotInstalled("Reading licences needs the extra: pip install '.[ocr]'")
        from rapidocr import RapidOCR

        # It warns of empty crops and the like, line by line.
        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        self._ocr: Any = RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.use_cls": False,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    @property
    def name(self) -> str:
        """The engine with its version, kept with every reading."""
        from importlib.metadata import version

        return f"rapidocr {version('rapidocr')}, PP-OCRv6 small"

    def read(self, content: bytes) -> Page:
        """Read a JPEG or PNG. Raises NotAPicture."""
        picture = pixels(content)
        picture, turned, boxes = self._upright(picture)
        found = []
        for box in boxes:
            text, score = self._recognised(_crop(picture, box))
            if text.strip() and score >= 0.4:
                found.append(Line(text.strip(), score, tuple(Point(float(x), float(y)) for x, y in box)))
        return Page(tuple(found), turned, (picture.shape[1], picture.shape[0]))

    def _upright(self, picture: "Pixels") -> tuple["Pixels", int, list["Pixels"]]:
        """The picture turned so that its text stands upright, by how many degrees clockwise, and its boxes."""
        import numpy as np

        boxes, turned = self._detected(picture), 0
        if _reach(boxes, sideways=True) > _reach(boxes, sideways=False):
            # Turned clockwise; when that puts it on its head, the next step sees it.
            picture, turned = np.ascontiguousarray(np.rot90(picture, -1)), 90
            boxes = self._detected(picture)
        if self._is_on_its_head(picture, boxes):
            picture, turned = np.ascontiguousarray(np.rot90(picture, 2)), turned + 180
            boxes = self._detected(picture)
        return picture, turned, boxes

    def _is_on_its_head(self, picture: "Pixels", boxes: list["Pixels"]) -> bool:
        import numpy as np

        balance = 0.0
        for box in sorted(boxes, key=lambda each: -_sides(each)[0])[:_PROBES]:
            crop = _crop(picture, box)
            balance += self._recognised(np.rot90(crop, 2))[1] - self._recognised(crop)[1]
        return balance > 0

    def _detected(self, picture: "Pixels") -> list["Pixels"]:
        found = self._ocr(picture, use_det=True, use_cls=False, use_rec=False)
        return [] if getattr(found, "boxes", None) is None else list(found.boxes)

    def _recognised(self, crop: "Pixels") -> tuple[str, float]:
        found = self._ocr(crop, use_det=False, use_cls=False, use_rec=True)
        return (found.txts[0], float(found.scores[0])) if getattr(found, "txts", None) else ("", 0.0)


def pixels(content: bytes) -> "Pixels":
    """Decode a picture, scaled so that its longer side has at most LONGEST_SIDE pixels. Raises NotAPicture.

    A JPEG is decoded at a fraction of its size already, so a picture of 100 million pixels needs no memory for them.
    The orientation that a camera noted (EXIF) counts, as it does in browsers.
    """
    import numpy as np
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPicture(str(error)) from error
    # Red alone: seals vanish from the print below them, and black stays black.
    red = np.asarray(upright.getchannel("R"))
    return np.ascontiguousarray(np.stack([red, red, red], axis=2))


def _crop(picture: "Pixels", box: "Pixels") -> "Pixels":
    """The part of the picture in a box of four corners, made a rectangle."""
    import cv2
    import numpy as np

    width, height = _sides(box)
    size = (max(int(width), 1), max(int(height), 1))
    corners = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(np.asarray(box, dtype=np.float32), corners)
    return cv2.warpPerspective(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE, flags=cv2.INTER_CUBIC)


def _sides(box: "Pixels") -> tuple[float, float]:
    """Width and height of a box of four corners, clockwise from the upper left one."""
    import numpy as np

    lengths = [float(np.linalg.norm(box[at] - box[(at + 1) % 4])) for at in range(4)]
    return max(lengths[0], lengths[2]), max(lengths[1], lengths[3])


def _reach(boxes: list["Pixels"], *, sideways: bool) -> float:
    """The length of all text that runs down the page, or across it."""
    sides = [_sides(box) for box in boxes]
    return sum(max(w, h) for w, h in sides if (h > 1.5 * w if sideways else w > 1.5 * h))
