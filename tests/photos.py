"""Pictures to look for faces in, made in a moment."""

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage


def soft(width, height, *, seed=0, sigma=6.0):
    """A colourful picture without fine detail."""
    noise = np.random.default_rng(seed).normal(0, 1, (height, width, 3))
    smooth = ndimage.gaussian_filter(noise, (sigma, sigma, 0), mode="nearest")
    return Image.fromarray(np.clip(128 + 50 * smooth / smooth.std(), 0, 255).astype(np.uint8))


def slopes(width, height):
    """Red grows by one to the right, green downwards: a pixel's colour is its place."""
    down, right = np.mgrid[:height, :width]
    return Image.fromarray(np.stack([right, down, 0 * down], axis=2).astype(np.uint8))


def drawn_face(*, size=(300, 300), middle=(150, 150), head=60, skin=205):
    """A head from the front as a cascade sees one: brow, eyes, nose and mouth darker than skin."""
    image = Image.new("RGB", size, (90, 100, 110))
    draw = ImageDraw.Draw(image)

    def ellipse(right, down, wide, high, level):
        x, y = middle[0] + right * head, middle[1] + down * head
        box = (x - wide * head, y - high * head, x + wide * head, y + high * head)
        draw.ellipse(box, fill=(level, level - 10, level - 20))

    ellipse(0, -0.1, 1.05, 1.4, 50)  # hair
    ellipse(0, 0.1, 0.9, 1.2, skin)
    for way in (-1, 1):
        ellipse(way * 0.38, -0.36, 0.26, 0.06, 70)
        ellipse(way * 0.38, -0.14, 0.25, 0.13, 110)
        ellipse(way * 0.38, -0.14, 0.1, 0.1, 30)
        ellipse(way * 0.12, 0.38, 0.08, 0.05, 110)
    ellipse(0, 0.25, 0.12, 0.3, min(255, skin + 25))
    ellipse(0, 0.72, 0.34, 0.1, 100)
    pixels = ndimage.gaussian_filter(np.asarray(image, float), (head / 25, head / 25, 0))
    return Image.fromarray(pixels.astype(np.uint8))
