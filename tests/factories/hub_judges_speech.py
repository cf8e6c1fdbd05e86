"""Tiny speech checkpoints in the released formats: audEERING's head, the Odyssey baseline, a transformers classifier."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from factories.weights import fill_weights

__all__ = [
    "AXES_OF_MSP",
    "CATEGORIES",
    "build_audeering",
    "build_odyssey",
    "build_voice_classifier",
    "changed",
    "reference_outputs",
]

AXES_OF_MSP = ("arousal", "dominance", "valence")
CATEGORIES = ("Angry", "Sad", "Happy", "Surprise", "Fear", "Disgust", "Contempt", "Neutral")
_SMALL = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 16,
    "conv_dim": [8, 8, 8],
    "conv_kernel": [10, 3, 3],
    "conv_stride": [8, 8, 5],
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 2,
    "feat_extract_norm": "layer",
    "do_stable_layer_norm": True,
}


def changed(folder: Path, to: Path, file: str = "config.json", **entries: Any) -> Path:
    """A copy of a checkpoint with other entries in a JSON file; None removes one."""
    shutil.copytree(folder, to)
    content = json.loads((to / file).read_text()) | entries
    (to / file).write_text(json.dumps({key: value for key, value in content.items() if value is not None}))
    return to


def build_audeering(folder: Path, axes: Sequence[str] = AXES_OF_MSP, *, pickled: bool = False) -> Any:
    """Write the checkpoint with the class of its model card; returns the network."""
    import torch
    import transformers
    from transformers.models.wav2vec2.modeling_wav2vec2 import Wav2Vec2PreTrainedModel

    class RegressionHead(torch.nn.Module):
        def __init__(self, config: Any) -> None:
            super().__init__()
            self.dense = torch.nn.Linear(config.hidden_size, config.hidden_size)
            self.out_proj = torch.nn.Linear(config.hidden_size, config.num_labels)

        def forward(self, x: Any) -> Any:
            return self.out_proj(torch.tanh(self.dense(x)))

    class Wav2Vec2ForSpeechClassification(Wav2Vec2PreTrainedModel):
        def __init__(self, config: Any) -> None:
            super().__init__(config)
            self.wav2vec2 = transformers.Wav2Vec2Model(config)
            self.classifier = RegressionHead(config)
            self.post_init()

        def forward(self, waves: Any) -> Any:
            return self.classifier(torch.mean(self.wav2vec2(waves)[0], dim=1))

    config = transformers.Wav2Vec2Config(**_SMALL, id2label=dict(enumerate(axes)), problem_type="regression")
    model = fill_weights(_seeded(lambda: Wav2Vec2ForSpeechClassification(config)), 70)
    with torch.no_grad():
        model.classifier.out_proj.bias.copy_(torch.linspace(0.3, 0.7, len(axes)))
        model.classifier.out_proj.weight.mul_(0.2)  # so that the outputs lie in 0..1, as trained ones do
    model.save_pretrained(folder)
    transformers.Wav2Vec2FeatureExtractor(do_normalize=True, return_attention_mask=True).save_pretrained(
        folder
    )
    _old_names(folder)
    if pickled:
        from safetensors.torch import load_file

        torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
        (folder / "model.safetensors").unlink()
    return model


def build_odyssey(folder: Path, names: Sequence[str]) -> Any:
    """Write the checkpoint as released: a ``ser`` config, and weights named ``ssl_model``, ``pool_model``, ``ser_model``.

    Its backbone's config lies in ``tiny/wavlm``; the released one is only named.
    """
    import torch
    import transformers
    from safetensors.torch import save_file

    width = _SMALL["hidden_size"]
    config = transformers.WavLMConfig(**_SMALL, num_buckets=8, max_bucket_distance=16)
    network = torch.nn.Module()
    network.ssl_model = _seeded(lambda: transformers.WavLMModel(config))
    network.pool_model = torch.nn.Module()
    network.pool_model.sap_linear = torch.nn.Linear(width, width)
    network.pool_model.attention = torch.nn.Parameter(torch.zeros(width, 1))
    network.ser_model = torch.nn.Module()
    first = torch.nn.Sequential(
        torch.nn.Linear(2 * width, width), torch.nn.LayerNorm(width), torch.nn.ReLU(), torch.nn.Dropout(0.5)
    )
    network.ser_model.fc = torch.nn.ModuleList([first])
    network.ser_model.out = torch.nn.Sequential(torch.nn.Linear(width, len(names)))
    fill_weights(network, 71)
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        k: v.contiguous() for k, v in network.state_dict().items() if not k.endswith("masked_spec_embed")
    }
    save_file(state, folder / "model.safetensors")
    config.save_pretrained(folder / "tiny" / "wavlm")
    content = {
        "architectures": ["SERModel"], "model_type": "ser", "id2label": {str(i): name for i, name in enumerate(names)},
        "sampling_rate": 16000, "mean": -8.278621631819787e-05, "std": 0.08485510250851999, "classifier_dropout_prob": 0.5,
        "classifier_hidden_layers": 1, "hidden_size": width, "num_classes": len(names), "ssl_type": "tiny/wavlm",
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(content))
    _old_names(folder)
    return network


def build_voice_classifier(folder: Path, names: Sequence[str], kind: str = "WavLM") -> Any:
    """Write a transformers classifier; returns the network."""
    import transformers

    config = getattr(transformers, f"{kind}Config")(
        **_SMALL, id2label=dict(enumerate(names)), classifier_proj_size=8
    )
    model = fill_weights(
        _seeded(lambda: getattr(transformers, f"{kind}ForSequenceClassification")(config)), 72
    )
    model.save_pretrained(folder)
    transformers.Wav2Vec2FeatureExtractor(do_normalize=True).save_pretrained(folder)
    return model


def reference_outputs(network: Any, wave: Any, mean: float, spread: float) -> Any:
    """Outputs ``(K,)`` of an Odyssey network of ``build_odyssey``, computed step by step."""
    import torch

    with torch.no_grad():
        frames = network.ssl_model(((torch.as_tensor(wave) - mean) / (spread + 1e-6))[None]).last_hidden_state
        weights = torch.softmax(
            torch.tanh(network.pool_model.sap_linear(frames)) @ network.pool_model.attention, 1
        )
        average = (frames * weights).sum(1)
        deviation = ((frames**2 * weights).sum(1) - average**2).clamp(min=1e-5).sqrt()
        hidden = torch.cat([average, deviation], 1)
        return network.ser_model.out(network.ser_model.fc[0](hidden))[0].double().numpy()


def _seeded(build: Callable[[], Any]) -> Any:
    """A network whose weights that ``fill_weights`` leaves alone (those of weight normalisation) are always the same."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return build()


def _old_names(folder: Path) -> None:
    """Name the weights of weight normalisation as files do that were written before torch 2, which both releases are."""
    from safetensors.torch import load_file, save_file

    state = load_file(folder / "model.safetensors")
    endings = {
        "parametrizations.weight.original0": "weight_g",
        "parametrizations.weight.original1": "weight_v",
    }
    for name in list(state):
        for new, old in endings.items():
            if name.endswith(new):
                state[name.replace(new, old)] = state.pop(name)
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
