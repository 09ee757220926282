"""Papers asked for by the name everyone calls them: `python -m benchmarks.search_names`.

Needs a home folder with an index (DAILYPAPERS_HOME; `dailypapers index build`). Well-known papers, written
down before the first run; those that the catalogue does not hold are left out. A *name of its own* stands in
the paper's title or abstract; one that *others gave* stands in neither, and nothing in the paper tells it.
"""

import os
from typing import Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dailypapers.site.settings")

OWN: Final = {
    "bert": "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    "nerf": "NeRF: Representing Scenes as Neural Radiance Fields for View Synthesis",
    "batch normalization": "Batch Normalization: Accelerating Deep Network Training by Reducing Internal "
    "Covariate Shift",
    "bart": "BART: Denoising Sequence-to-Sequence Pre-training for Natural Language Generation, Translation, "
    "and Comprehension",
    "faster r-cnn": "Faster R-CNN: Towards Real-Time Object Detection with Region Proposal Networks",
    "faster rcnn": "Faster R-CNN: Towards Real-Time Object Detection with Region Proposal Networks",
    "mask r-cnn": "Mask R-CNN",
    "yolo": "You Only Look Once: Unified, Real-Time Object Detection",
    "trpo": "Trust Region Policy Optimization",
    "gat": "Graph Attention Networks",
    "graphsage": "Inductive Representation Learning on Large Graphs",
    "glue benchmark": "GLUE: A Multi-Task Benchmark and Analysis Platform for Natural Language Understanding",
    "sentence-bert": "Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks",
    "grad-cam": "Grad-CAM: Visual Explanations From Deep Networks via Gradient-Based Localization",
    "triviaqa": "TriviaQA: A Large Scale Distantly Supervised Challenge Dataset for Reading Comprehension",
    "hotpotqa": "HotpotQA: A Dataset for Diverse, Explainable Multi-hop Question Answering",
    "efficientnet": "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
    "pointnet": "PointNet: Deep Learning on Point Sets for 3D Classification and Segmentation",
    "mamba": "Mamba: Linear-Time Sequence Modeling with Selective State Spaces",
    "deepseek-r1": "DeepSeek-R1: Incentivizing Reasoning Capability in LLMs via Reinforcement Learning",
    "diffusion policy": "Diffusion Policy: Visuomotor Policy Learning via Action Diffusion",
    "rt-1": "RT-1: Robotics Transformer for Real-World Control at Scale",
    "focal loss": "Focal Loss for Dense Object Detection",
    "xlm-r": "Unsupervised Cross-lingual Representation Learning at Scale",
    "shap": "A Unified Approach to Interpreting Model Predictions",
    "densenet": "Densely Connected Convolutional Networks",
    "detr": "End-to-End Object Detection with Transformers",
    "soft actor-critic": "Soft Actor-Critic: Off-Policy Maximum Entropy Deep Reinforcement Learning with a "
    "Stochastic Actor",
    "attention is all you need after:2000": "Attention is All you Need",
    "bert pre-training": "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    "bert devlin": "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
}  # fmt: skip
OTHERS: Final = {
    "resnet": "Deep Residual Learning for Image Recognition",
    "deep residual learning": "Deep Residual Learning for Image Recognition",
    "elmo": "Deep contextualized word representations",
    "maml": "Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks",
    "seq2seq": "Sequence to Sequence Learning with Neural Networks",
    "vae": "Auto-Encoding Variational Bayes",
    "cyclegan": "Unpaired Image-To-Image Translation Using Cycle-Consistent Adversarial Networks",
    "pix2pix": "Image-To-Image Translation With Conditional Adversarial Networks",
    "stylegan": "A Style-Based Generator Architecture for Generative Adversarial Networks",
    "dpr": "Dense Passage Retrieval for Open-Domain Question Answering",
    "word2vec": "Distributed Representations of Words and Phrases and their Compositionality",
    "dagger": "A Reduction of Imitation Learning and Structured Prediction to No-Regret Online Learning",
    "gcn": "Semi-Supervised Classification with Graph Convolutional Networks",
}  # fmt: skip


def main() -> None:
    """Print the place of each paper, and how many lead."""
    django.setup()
    from dailypapers.catalogue import finding
    from dailypapers.catalogue.models import Paper

    for kind, queries in (("a name of its own", OWN), ("a name that others gave", OTHERS)):
        places = []
        print(f"\n{kind}")
        for query, title in queries.items():
            meant = set(Paper.objects.filter(title__iexact=title).values_list("pk", flat=True))
            if not meant:
                continue
            _, found = finding.search(query, as_written=True)
            place = next((at for at, hit in enumerate(found.hits, 1) if hit.card.id in meant), 0)
            places.append(place)
            print(f"{query:<40}{place or '—':>5}")
        first = sum(place == 1 for place in places)
        print(
            f"{first} of {len(places)} first, {sum(0 < place <= 5 for place in places)} of the first five, "
            f"{places.count(0)} not found"
        )


if __name__ == "__main__":
    main()
