# The app with its weights, for a machine that needs no network once it runs.
#
#   docker build -t hourglass .                               torch as the package index serves it (CUDA on Linux x86-64)
#   docker build -t hourglass --build-arg TORCH_INDEX=URL .   torch from another index, for instance its CPU-only builds
#   docker run -p 127.0.0.1:8501:8501 hourglass               --gpus all, where there are some

FROM python:3.11-slim-bookworm AS build
ARG TORCH_INDEX=""
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
RUN python -m venv /venv
COPY requirements.txt constraints.txt ./
RUN if [ -n "$TORCH_INDEX" ]; then \
        grep -E '^torch(vision)?==' requirements.txt > torch.txt \
        && /venv/bin/pip install --no-cache-dir --extra-index-url "$TORCH_INDEX" -r torch.txt -c constraints.txt; \
    fi \
    && /venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 hourglass
COPY --from=build /venv /venv
WORKDIR /app
COPY LICENSE app.py ./
COPY .streamlit .streamlit
COPY autoencoders autoencoders
COPY pretrained pretrained
# By number, so that a host can see at once that it is not root.
USER 10001
# A container is reached from outside itself; HOURGLASS_HOSTS names further host names that may be asked for.
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; base = os.environ.get('STREAMLIT_SERVER_BASE_URL_PATH', '').strip('/'); r.urlopen('http://127.0.0.1:' + os.environ['STREAMLIT_SERVER_PORT'] + ('/' + base if base else '') + '/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "app.py"]
