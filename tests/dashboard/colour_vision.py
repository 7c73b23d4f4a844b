"""How a colour looks to people with each of the three colour-vision deficiencies, and how far apart two colours are.

The matrices are those of Machado, Oliveira and Fernandes (2009) for a complete deficiency, on linear RGB; the distance is CIE76 in CIELAB.
"""

from itertools import starmap

DEFICIENCIES = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
_WHITE = (0.95047, 1.0, 1.08883)


def linear(colour):
    """The linear RGB, 0..1 each, of a colour such as #56B4E9."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)


def seen(colour, deficiency):
    """The linear RGB of what such a person sees."""
    return tuple(min(1.0, max(0.0, part)) for part in _times(DEFICIENCIES[deficiency], linear(colour)))


def distance(one, other, deficiency):
    """How far apart two colours look; about 2 is the least that can be told apart side by side."""
    pairs = zip(_lab(seen(one, deficiency)), _lab(seen(other, deficiency)), strict=True)
    return sum(starmap(lambda a, b: (a - b) ** 2, pairs)) ** 0.5


def contrast(one, other):
    """The contrast ratio of two colours by WCAG 2, 1..21."""
    lighter, darker = sorted((_times(_XYZ, linear(colour))[1] for colour in (one, other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _lab(rgb):
    x, y, z = (_bent(part / white) for part, white in zip(_times(_XYZ, rgb), _WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _bent(part):
    return part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116


def _times(matrix, vector):
    return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
