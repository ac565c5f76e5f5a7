"""`yorisoi evaluate …`: how good is it, on questions whose answers are known."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from assistant.errors import BadConfiguration, YorisoiError
from assistant.settings import load_settings
from channels.cli.output import out, print_json
from channels.cli.program import HOME, AsJson, Home, evaluate
from knowledge.embedding import EmbeddingUnavailable, load_embedder
from knowledge.evaluation.beir import evaluate as evaluate_beir


class RetrieverName(StrEnum):
    LEXICAL = "lexical"
    DENSE = "dense"
    HYBRID = "hybrid"


@evaluate.command("retrieval")
def retrieval(
    folder: Annotated[Path, typer.Argument(help="corpus.jsonl, queries.jsonl, qrels/*.tsv")],
    retriever: RetrieverName = RetrieverName.HYBRID,
    home: Home = HOME,
    as_json: AsJson = False,
) -> None:
    """Measure retrieval on a folder in the BEIR layout."""
    if not (folder / "corpus.jsonl").exists():
        raise YorisoiError(f"{folder} has no corpus.jsonl; name a folder in the BEIR layout.")
    try:
        embedder = load_embedder(load_settings(home).embedding or None)
    except EmbeddingUnavailable as error:
        raise BadConfiguration(str(error)) from error
    report = evaluate_beir(folder, embedder, retriever.value)
    if as_json:
        print_json(vars(report))
        return
    table = Table("measure", "value", title=f"{folder.name} · {retriever.value}")
    for name, value in vars(report).items():
        table.add_row(name, f"{value:.3f}" if isinstance(value, float) else str(value))
    out.print(table)
