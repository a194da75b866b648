"""What happens to a licence between the registry and the upload, for tests and the measurement: six ways.

Each takes an upright picture and a source of chance, and returns the picture as a merchant would hand it in.
"""

import io
import random
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

Distortion = Callable[["Image", random.Random], "Image"]
_GROUND = (188, 182, 172)


def sideways(image: "Image", dice: random.Random) -> "Image":
    """Turned by 90 or 270 degrees, as phones do."""
    return image.rotate(dice.choice((90, 270)), expand=True)


def upside_down(image: "Image", dice: random.Random) -> "Image":
    """On its head, and half a degree askew."""
    from PIL import Image as images

    turn = dice.uniform(-0.6, 0.6)
    return image.rotate(180 + turn, expand=True, fillcolor=_GROUND, resample=images.Resampling.BICUBIC)


def tilted(image: "Image", dice: random.Random) -> "Image":
    """Laid on the scanner some degrees askew."""
    from PIL import Image as images

    turn = dice.uniform(2, 6) * dice.choice((-1, 1))
    return image.rotate(turn, expand=True, fillcolor=_GROUND, resample=images.Resampling.BICUBIC)


def poor_jpeg(image: "Image", dice: random.Random) -> "Image":
    """Made small and saved with a low quality, sent on and saved again."""
    from PIL import Image as images

    small = image.copy()
    small.thumbnail((1400, 1400), images.Resampling.BILINEAR)
    for quality in (dice.randrange(24, 36), dice.randrange(20, 30)):
        small = _saved(small, quality)
    return small


def faint(image: "Image", dice: random.Random) -> "Image":
    """A weak copy out of focus: little contrast, blur and noise."""
    from PIL import Image as images
    from PIL import ImageEnhance, ImageFilter

    weak = ImageEnhance.Contrast(image).enhance(dice.uniform(0.4, 0.55))
    weak = weak.filter(ImageFilter.GaussianBlur(dice.uniform(1.0, 1.5)))
    noise = images.effect_noise(image.size, dice.uniform(40, 60)).convert("RGB")
    return _saved(images.blend(weak, noise, 0.16), 70)


def photographed(image: "Image", dice: random.Random) -> "Image":
    """Photographed at an angle on a table, with a shadow across it."""
    from PIL import Image as images
    from PIL import ImageChops, ImageFilter

    width, height = image.size
    margin = (width // 14, height // 14)
    canvas = images.new("RGB", (width + 2 * margin[0], height + 2 * margin[1]), _GROUND)
    canvas.paste(image, margin)
    moved = [
        (x + dice.uniform(-0.025, 0.025) * width, y + dice.uniform(-0.025, 0.025) * height)
        for x, y in ((0, 0), (0, canvas.height), (canvas.width, canvas.height), (canvas.width, 0))
    ]
    corners = [coordinate for corner in moved for coordinate in corner]
    bent = canvas.transform(canvas.size, images.Transform.QUAD, corners, images.Resampling.BICUBIC, fillcolor=_GROUND)
    shadow = images.linear_gradient("L").rotate(dice.choice((0, 90, 180, 270))).resize(bent.size)
    shadow = shadow.point(lambda value: 130 + value * 125 // 255).filter(ImageFilter.GaussianBlur(40))
    return _saved(ImageChops.multiply(bent, images.merge("RGB", (shadow, shadow, shadow))), 80)


def _saved(image: "Image", quality: int) -> "Image":
    from PIL import Image as images

    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=quality)
    return images.open(kept).convert("RGB")


DISTORTIONS: dict[str, Distortion] = {
    "sideways": sideways,
    "upside_down": upside_down,
    "tilted": tilted,
    "poor_jpeg": poor_jpeg,
    "faint": faint,
    "photographed": photographed,
}
