"""Contrastive training: what belongs together comes together, against the rest of its batch.

Symmetric multiple negatives ranking (Henderson et al., 2017), also on the first half of the
dimensions (Matryoshka; Kusupati et al., NeurIPS 2022). Both sides of a taught pair are also
brought to the teacher's vector of its English side, by cosine and by ranking.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from knowledge.embedding.vocabulary import Vocabulary
from knowledge.training.pairs import PairSet

_LOG = logging.getLogger(__name__)
_TURNED_BY = 3_000  # texts of each set


@dataclass(frozen=True)
class Plan:
    """How long and how hard to train; the figures of the bundled model."""

    steps: int = 1500
    batch: int = 1024
    learning_rate: float = 3e-3
    scale: float = 20.0
    token_dropout: float = 0.15
    longest: int = 256
    nested: int = 128
    imitation: float = 4.0


@dataclass(frozen=True)
class EncodedSet:
    """The rows of every text of a set; `keys` tells which right sides are the same text.

    `taught` is the row of `Taught.vectors` of each pair; None for a set without a teacher.

    A batch takes `run` pairs in a row from each of its starting points, so that texts of one
    article are each other's negatives.
    """

    name: str
    share: float
    left: list[NDArray[np.int32]]
    right: list[NDArray[np.int32]]
    keys: NDArray[np.int64]
    run: int = 1
    taught: NDArray[np.int64] | None = None


def taught_texts(sets: Sequence[PairSet]) -> list[str]:
    """Return the English texts whose vectors the teacher must give, each once."""
    return list(dict.fromkeys(a for one in sets if one.taught for a, _ in one.pairs))


def encode(sets: Sequence[PairSet], vocabulary: Vocabulary, longest: int) -> list[EncodedSet]:
    """Return the sets as rows of the table; a pair with an empty side is left out."""
    seen: dict[str, NDArray[np.int32]] = {}

    def rows(text: str) -> NDArray[np.int32]:
        if text not in seen:
            seen[text] = np.array(vocabulary.rows(text)[:longest], dtype=np.int32)
        return seen[text]

    numbers = {text: at for at, text in enumerate(taught_texts(sets))}
    encoded = []
    for one in sets:
        pairs = [(a, b) for a, b in one.pairs if len(rows(a)) and len(rows(b))]
        left, right = [rows(a) for a, _ in pairs], [rows(b) for _, b in pairs]
        keys = np.array([crc32(b.encode()) for _, b in pairs])
        taught = np.array([numbers[a] for a, _ in pairs]) if one.taught else None
        encoded.append(EncodedSet(one.name, one.share, left, right, keys, one.run, taught))
    return encoded


def train(
    table: NDArray[np.float32],
    sets: Sequence[EncodedSet],
    teacher: NDArray[np.float32],
    plan: Plan,
    seed: int,
) -> NDArray[np.float32]:
    """Return the trained table (n, dimensions), turned into the teacher's space.

    `teacher` has the vectors of `taught_texts`, in its order.
    """
    torch.manual_seed(seed)
    table = turned(table, sets, teacher)
    random = np.random.default_rng(seed)
    bag = torch.nn.EmbeddingBag.from_pretrained(torch.from_numpy(table), freeze=False, mode="sum")
    optimizer = torch.optim.Adam(bag.parameters(), lr=plan.learning_rate, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, plan.learning_rate, total_steps=plan.steps, pct_start=0.1
    )
    losses: list[float] = []
    for step, (one, chosen) in enumerate(_batches(sets, plan, random), 1):
        left = bag(*_bag_input([one.left[at] for at in chosen], plan, random))
        right = bag(*_bag_input([one.right[at] for at in chosen], plan, random))
        keys = torch.from_numpy(one.keys[chosen])
        loss = _ranking_loss(left, right, keys, plan)
        if one.taught is not None:
            rows = one.taught[chosen]
            target, same = torch.from_numpy(teacher[rows]), torch.from_numpy(rows)
            loss = loss + _imitation_loss(left, target, same, plan)
            loss = loss + _imitation_loss(right, target, same, plan)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
        optimizer.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if step % 100 == 0:
            _LOG.info("step %d of %d: loss %.3f", step, plan.steps, np.mean(losses[-100:]))
    return bag.weight.detach().numpy()


def _batches(
    sets: Sequence[EncodedSet], plan: Plan, random: np.random.Generator
) -> Iterator[tuple[EncodedSet, NDArray[np.int64]]]:
    shares = np.array([one.share for one in sets])
    for _ in range(plan.steps):
        one = sets[random.choice(len(sets), p=shares / shares.sum())]
        starts = len(one.left) // one.run
        size = min(plan.batch // one.run, starts)
        chosen = random.choice(starts, size=size, replace=False) * one.run
        yield one, (chosen[:, None] + np.arange(one.run)).ravel()


def _bag_input(
    texts: list[NDArray[np.int32]], plan: Plan, random: np.random.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (rows, offsets) for an embedding bag, some tokens dropped but never all of a text."""
    kept = []
    for rows in texts:
        keep = random.random(len(rows)) >= plan.token_dropout
        kept.append(rows[keep] if keep.any() else rows)
    offsets = np.cumsum([0, *(len(rows) for rows in kept[:-1])])
    return torch.from_numpy(np.concatenate(kept)), torch.from_numpy(offsets.astype(np.int32))


def turned(
    table: NDArray[np.float32], sets: Sequence[EncodedSet], teacher: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the table rotated to the teacher's vectors of English texts (Procrustes)."""
    source, target = [], []
    for one in sets:
        if one.taught is not None:
            for at in range(0, len(one.left), max(1, len(one.left) // _TURNED_BY)):
                source.append(table[one.left[at]].sum(axis=0))
                target.append(teacher[one.taught[at]])
    rows = np.stack(source)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    left, _, right = np.linalg.svd(rows.T @ np.stack(target), full_matrices=False)
    return np.asarray(table @ (left @ right), dtype=np.float32)


def _imitation_loss(
    texts: torch.Tensor, target: torch.Tensor, keys: torch.Tensor, plan: Plan
) -> torch.Tensor:
    near = (functional.normalize(texts, dim=1) * target).sum(dim=1)
    ranking = _ranking_loss(texts, target, keys, plan)
    return plan.imitation * (1 - near).mean() + 0.5 * ranking


def _ranking_loss(
    left: torch.Tensor, right: torch.Tensor, keys: torch.Tensor, plan: Plan
) -> torch.Tensor:
    same = keys[:, None] == keys[None, :]
    same.fill_diagonal_(False)  # the same text twice in a batch is no negative
    total = torch.zeros(())
    for width in (left.shape[1], plan.nested):
        a = functional.normalize(left[:, :width], dim=1)
        b = functional.normalize(right[:, :width], dim=1)
        scores = (plan.scale * a @ b.T).masked_fill(same, -1e4)
        target = torch.arange(len(scores))
        total = total + functional.cross_entropy(scores, target)
        total = total + functional.cross_entropy(scores.T, target)
    return total / 4
