# The image of `orderflow api`, `orderflow worker` and the set-up jobs. Build it from a clone:
#   docker build -t orderflow:0.1.0 .
FROM python:3.11.15-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
    UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 \
    VIRTUAL_ENV=/opt/orderflow
WORKDIR /build

COPY requirements-uv.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-uv.lock

# Only what runs, not what tests, at the versions and hashes of the lock; a layer of its own, so
# that a change of our code does not install it all again.
COPY pyproject.toml requirements.lock ./
RUN uv venv --no-project "$VIRTUAL_ENV" \
    && uv pip install --no-cache --require-hashes --constraint requirements.lock -r pyproject.toml

# Builds the web pages too, with the Node that the lock names.
COPY . .
RUN uv pip install --no-cache --no-deps --build-constraint requirements.lock .


FROM python:3.11.15-slim-bookworm

# A number, so that Kubernetes can see that it is not root.
RUN useradd --uid 10001 --user-group --create-home --home-dir /var/lib/orderflow \
    --shell /usr/sbin/nologin orderflow
COPY --from=build /opt/orderflow /opt/orderflow

ENV PATH=/opt/orderflow/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ORDERFLOW_API_HOST=0.0.0.0 \
    ORDERFLOW_HOME=/var/lib/orderflow/state \
    ORDERFLOW_LOG_FORMAT=json
WORKDIR /var/lib/orderflow
USER 10001:10001
EXPOSE 8088

HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=6 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8088/healthz', timeout=2)"]

ENTRYPOINT ["orderflow"]
CMD ["api"]
