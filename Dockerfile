FROM python:3.13-slim
WORKDIR /app
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN pip install --no-cache-dir --no-deps --no-build-isolation . \
    && useradd --create-home --home-dir /data reader
USER reader
ENV DAILYPAPERS_HOME=/data
VOLUME /data
EXPOSE 8000
CMD ["dailypapers", "up", "--host", "0.0.0.0"]
