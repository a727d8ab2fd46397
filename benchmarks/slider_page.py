"""The baseline: the same model behind two of Streamlit's own sliders.  Argument: model folder."""

import sys

import numpy as np
import streamlit as st

from autoencoders import Engine, load
from autoencoders.latent import plane_extent


@st.cache_resource
def engine() -> Engine:
    """Return the model, loaded once."""
    return load(sys.argv[1])


x0, x1, y0, y1 = plane_extent(engine().latents.codes)
x = st.slider("x", x0, x1, (x0 + x1) / 2, step=(x1 - x0) / 1000)
y = st.slider("y", y0, y1, (y0 + y1) / 2, step=(y1 - y0) / 1000)
(picture,) = engine().decode(np.array([[x, y]], np.float32))
st.image(picture, width=280)
