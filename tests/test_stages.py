import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoders.stages import check_stages, sides_of
from autoencoders.strict_config import ConfigError


def test_the_textbooks_sides():
    # 28 without its border is 26; then every second of 24 and of 10 places: 12 and 5.
    assert sides_of(28, stages=3, padding="valid") == [26, 12, 5]
    assert sides_of(28, stages=3) == [28, 14, 7]
    assert sides_of(64, stages=4, patch=2) == [32, 16, 8, 4]


def convolved(side, stage, padding):
    """The side after a 3x3 convolution, counted by the places where its middle can stand."""
    border = 1 if padding == "same" else 0
    places = range(1 - border, side - 1 + border)
    return len(places[:: 1 if stage == 0 else 2])


@given(
    st.integers(4, 300), st.integers(1, 6), st.integers(1, 4), st.sampled_from(["same", "valid"])
)
def test_what_fits_comes_out_even_and_goes_back(side, stages, patch, padding):
    try:
        sides = sides_of(side, stages=stages, patch=patch, padding=padding)
    except ValueError:
        return
    assert len(sides) == stages and min(sides) >= 1
    current = side // patch
    for stage, smaller in enumerate(sides):
        assert convolved(current, stage, padding) == smaller
        current = smaller
    # Back: a 4x4 transpose convolution of stride 2 spreads n to 2n + 2, less a border of 1.
    for _ in range(stages - 1):
        current = 2 * current + (2 if padding == "valid" else 0)
    assert patch * (current + (2 if padding == "valid" else 0)) == side


@given(
    st.integers(4, 200), st.integers(1, 8), st.integers(1, 5), st.sampled_from(["same", "valid"])
)
def test_what_a_refusal_proposes_fits(side, stages, patch, padding):
    asked = {"patch": patch, "padding": padding}
    try:
        check_stages("encoder_channels", stages=stages, sides=(side, side), **asked)
    except ConfigError as refusal:
        said = str(refusal)
        assert "\n" not in said and said.startswith(f"encoder_channels has {stages} stages")
        if " or pictures of " in said or "use pictures of " in said:
            other = int(said.rsplit("x", 1)[1].rstrip("."))
            assert len(sides_of(other, stages=stages, **asked)) == stages
        if "; use pictures" not in said and "; use a smaller patch" not in said:
            fewer = int(said.split("; use ")[1].split(maxsplit=1)[0])
            assert len(sides_of(side, stages=fewer, **asked)) == fewer < stages
    else:
        assert len(sides_of(side, stages=stages, **asked)) == stages


@pytest.mark.parametrize(
    ("stages", "sides", "patch", "padding", "says"),
    [
        (4, (28, 28), 1, "same", "use 3 stages or pictures of 24x24."),
        (3, (30, 28), 1, "valid", "use 2 stages or pictures of 28x28."),
        (2, (28, 28), 3, "same", "folded into blocks of 3 do not come out even"),
    ],
)
def test_a_refusal_says_what_would_fit(stages, sides, patch, padding, says):
    with pytest.raises(ConfigError, match=says):
        check_stages("encoder_channels", stages=stages, sides=sides, patch=patch, padding=padding)


def test_no_stages_always_fit():
    check_stages("encoder_channels", stages=0, sides=(29, 31), patch=1, padding="same")
