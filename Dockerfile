# The service without a compiler, without root, without anything whose hash is not in requirements.lock.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.lock /build/
RUN python -m venv /opt/renxin \
 && /opt/renxin/bin/pip install --only-binary=:all: --require-hashes -r /build/requirements.lock \
 && /opt/renxin/bin/pip uninstall --yes pip \
 && printf '#!/bin/sh\nexec /opt/renxin/bin/python -m api.cli.main "$@"\n' > /opt/renxin/bin/renxin \
 && chmod 0755 /opt/renxin/bin/renxin

FROM ${BASE}
RUN groupadd --system --gid 10001 renxin \
 && useradd --system --uid 10001 --gid renxin --no-create-home --home-dir /data --shell /usr/sbin/nologin renxin \
 && install --directory --owner=renxin --group=renxin --mode=0700 /data
COPY --from=build /opt/renxin /opt/renxin
WORKDIR /app
COPY pyproject.toml ./
COPY api ./api
COPY authz ./authz
COPY domain ./domain
COPY migrations ./migrations
RUN /opt/renxin/bin/python -m compileall -q /app
ENV PATH=/opt/renxin/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    RENXIN_HOST=0.0.0.0 \
    RENXIN_PORT=8000 \
    RENXIN_DATA_DIR=/data
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=4s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['RENXIN_PORT'] + '/health/ready', timeout=3)"]
ENTRYPOINT ["renxin"]
CMD ["serve"]
