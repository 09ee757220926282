"""How many misspelt words search puts right, how many right ones it harms, and what that costs.

    python -m benchmarks.search_spelling [--words N] [--seed N] [--show]

Needs a home folder with an index (DAILYPAPERS_HOME; `dailypapers index build`). Everything is made by rule:

- *misspelt*: words that 100 titles have, with one letter missing, doubled, swapped with the next or replaced
  at random, where that makes another term; *twice*: two such slips in a word of eight letters or more;
- *method names*: a list written down here, of which each is right;
- *names of papers*: what titles say before their colon (the speller looks there too);
- *surnames* of authors, each as likely as any other;
- *rare words*: words that the bundled encoder has as a whole and hardly a paper has. The speller leaves these
  alone; it is made to forget them here, so they stand for rare right words that it does not know.
"""

import argparse
import os
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from itertools import filterfalse
from string import ascii_lowercase
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from dailypapers.search.spelling import Speller

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dailypapers.site.settings")

METHODS = """adafactor adagrad adamw albert alexnet alpaca alphafold alphazero bart beit bert
    bigbird bleurt blip bloom byol chinchilla clip codex coco comet convnext dalle darts deberta
    deepfm deit deltanet detr dino dinov distilbert efficientnet electra elmo ernie falcon fasttext
    fixmatch flan galore gemma glide glove gopher grok grpo hubert hyena imagen impala infonce
    instructblip kosmos lamb lamda lasso lime linformer llama llava lora lstm maddpg mamba maml
    mdeberta megatron minerva mistral mixmatch mixtral mixup moco mobilenet muon musicgen muzero
    nerf nystrom olmo orca palm pegasus perceiver performer pixart qlora qwen reformer retnet
    roberta rouge rwkv samba sarsa scibert segformer shap sift simclr simcse simsiam slam smote soap
    sora spanbert splade squeezenet stylegan swav swin tabnet tapas tacotron textcnn tokamak transe
    transunet unet uniter unilm vicuna vggnet vilt wavenet whisper wizardlm xception xgboost xlnet
    yolo zephyr""".split()  # noqa: SIM905
"""Names of methods, models, measures and optimisers; many are a letter away from a common word."""


def slip(word: str, draw: random.Random) -> str:
    """The word with one letter missing, doubled, swapped with the next, or replaced."""
    at = draw.randrange(len(word))
    match draw.choice(("missing", "doubled", "swapped", "replaced")):
        case "missing":
            return word[:at] + word[at + 1 :]
        case "doubled":
            return word[:at] + word[at] + word[at:]
        case "swapped":
            at = draw.randrange(len(word) - 1)
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + draw.choice(ascii_lowercase) + word[at + 1 :]


def misspellings(words: Sequence[str], most: int, slips: int, draw: random.Random) -> list[tuple[str, str]]:
    """Misspelt words and what was meant; the same word may come several times, each time otherwise."""
    from dailypapers.search.analysis import term

    made: list[tuple[str, str]] = []
    while len(made) < most:
        meant = wrong = draw.choice(words)
        for _ in range(slips):
            wrong = slip(wrong, draw)
        if len(wrong) > 2 and term(wrong) != term(meant):
            made.append((wrong, meant))
    return made


def main() -> None:
    """Print two tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--words", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    arguments = parser.parse_args()
    django.setup()
    from dailypapers.catalogue import finding
    from dailypapers.catalogue.models import Author, Paper
    from dailypapers.search.analysis import term, words_of
    from dailypapers.search.spelling import Speller

    engine = finding.engine()
    speller, vocabulary = engine.speller, engine.vocabulary
    titles = list(Paper.objects.values_list("title", flat=True))
    counts = Counter(word for title in titles for word in words_of(title))
    words = sorted(word for word, times in counts.items() if times >= 100 and usual(word))
    draw, most = random.Random(arguments.seed), arguments.words  # noqa: S311
    started = time.perf_counter()
    speller.corrected(("abcdefghi",))
    print(f"the first misspelt word took {1000 * (time.perf_counter() - started):.0f} ms\n")

    def new(pair: tuple[str, str]) -> bool:
        return not vocabulary.knows(term(pair[0]))

    one = misspellings(words, most, 1, draw)
    two = misspellings([word for word in words if len(word) >= 8], most // 2, 2, draw)
    print(f"{'misspelt':<24} {'words':>6} {'put right':>10} {'put wrong':>10} {'left':>7} {'ms':>6}")
    for kind, pairs in (
        ("all", one),
        ("no paper has it", list(filter(new, one))),
        ("some papers have it", list(filterfalse(new, one))),
        ("twice, no paper has it", list(filter(new, two))),
    ):
        put, spent = corrected(speller, [wrong for wrong, _ in pairs])
        wrong = [
            (*pair, one) for pair, one in zip(pairs, put, strict=True) if one and term(one) != term(pair[1])
        ]
        left = put.count(None)
        shares = [one / max(len(pairs), 1) for one in (len(pairs) - len(wrong) - left, len(wrong), left)]
        told = f"{shares[0]:>10.1%} {shares[1]:>10.1%} {shares[2]:>7.1%}"
        print(f"{kind:<24} {len(pairs):>6} {told} {spent:>6.2f}")
        if arguments.show:
            print(wrong, [pair for pair, one in zip(pairs, put, strict=True) if one is None], sep="\n")
    forgetful = Speller(vocabulary, engine.table, right=frozenset())
    named = filter(None, (re.match(r"([A-Z][A-Za-z]{3,20}):\s", title) for title in titles))
    authors = Author.objects.values_list("name", flat=True).distinct()
    surnames = sorted({its[-1] for name in authors if (its := words_of(name)) and usual(its[-1])})
    rare = sorted(
        word for word in speller.right_words() if 1_000 * vocabulary.papers_with(term(word)) <= len(titles)
    )
    right = {
        "frequent words": (speller, words),
        "method names": (speller, METHODS),
        "names of papers": (speller, sorted({found[1].lower() for found in named})),
        "surnames": (speller, surnames),
        "rare words": (forgetful, rare),
    }
    print(f"\n{'right':<24} {'words':>6} {'harmed':>10} {'ms':>22}")
    for kind, (one_speller, every) in right.items():
        some = [word for word in every if vocabulary.knows(term(word))]
        some = draw.sample(some, min(most, len(some)))
        put, spent = corrected(one_speller, some)
        harmed = [(word, one) for word, one in zip(some, put, strict=True) if one]
        print(f"{kind:<24} {len(some):>6} {len(harmed) / len(some):>10.1%} {spent:>22.2f}")
        if arguments.show:
            print(harmed)


def corrected(speller: "Speller", words: Sequence[str]) -> tuple[list[str | None], float]:
    """What each word is put right to, and the median of the milliseconds."""
    put: list[str | None] = []
    spent = []
    for word in words:
        started = time.perf_counter()
        put.append(speller.corrected((word,)).get(word))
        spent.append(1000 * (time.perf_counter() - started))
    return put, statistics.median(spent)


def usual(word: str) -> bool:
    """Whether a word is long enough, and of letters alone."""
    return len(word) >= 4 and word.isascii() and word.isalpha()


if __name__ == "__main__":
    main()
