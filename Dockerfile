# One image for everything: `yorisoi serve` (doors) and `yorisoi work` (answers).
FROM python:3.11-slim

RUN useradd --create-home --uid 1000 yorisoi \
 && mkdir -p /home/yorisoi/data/company && chown -R yorisoi:yorisoi /home/yorisoi/data
WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY assistant assistant
COPY knowledge knowledge
COPY channels channels
COPY prompts prompts
COPY examples examples
RUN pip install --no-cache-dir --constraint constraints.txt --editable '.[postgres]'

USER yorisoi
ENV YORISOI_HOME=/home/yorisoi/data YORISOI_HOST=0.0.0.0 OMP_NUM_THREADS=1
VOLUME /home/yorisoi/data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health', timeout=2)"]
CMD ["yorisoi", "serve"]
