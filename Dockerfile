# The application for deployments: one image for web, worker, beat and migrations. PostgreSQL and Redis stay outside.
FROM python:3.13-slim AS build

WORKDIR /app
# Optional extras, separated by commas: "ocr" reads scanned licences (docs/ocr.md). Without: --build-arg EXTRAS=
ARG EXTRAS=ocr
COPY pyproject.toml constraints.txt ./
RUN python -m venv /venv \
    && pip install --no-cache-dir --constraint constraints.txt uv \
    && uv pip install --no-cache --python /venv/bin/python --requirement pyproject.toml ${EXTRAS:+--extra ${EXTRAS}} \
       --constraint constraints.txt

COPY . .
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# These values serve the two commands only; settings insist on having them.
RUN python -m shopops.i18n compile \
    && DATABASE_URL=postgres://build/build REDIS_URL=redis://build SECRET_KEY=build FIELD_KEYS=build \
       ALLOWED_HOSTS=build \
       python manage.py collectstatic --noinput


FROM python:3.13-slim

RUN useradd --system --uid 10001 --create-home shopops \
    && mkdir /var/lib/shopops \
    && chown shopops:shopops /var/lib/shopops
COPY --from=build /venv /venv
COPY --from=build /app /app

WORKDIR /app
USER shopops
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=shopops.settings \
    STATE=/var/lib/shopops \
    WEB_HOST=0.0.0.0 \
    PORT=8000
# Uploaded files and, without SMTP_HOST, sent e-mail.
VOLUME /var/lib/shopops
EXPOSE 8000
CMD ["gunicorn", "--config", "python:shopops.webserver", "shopops.wsgi"]
