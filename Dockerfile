# Everything that a job needs, as requirements.lock pins it; untried (docs/cluster.md).
#   docker build -t token-influence .
FROM python:3.11-slim
RUN useradd --create-home study
WORKDIR /home/study/token-influence
COPY --chown=study pyproject.toml requirements.lock README.md LICENSE ./
COPY --chown=study token_influence token_influence
RUN pip install --no-cache-dir -c requirements.lock -e '.[pipeline,slurm,s3]'
COPY --chown=study . .
USER study
ENTRYPOINT ["snakemake"]
