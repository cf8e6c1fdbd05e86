"""How each kind of pipeline embeds a prompt, and how an embedded prompt is handed back to it.

Every pipeline embeds through its own ``encode_prompt``, so that its templates, lengths and layers are kept. What is handed back is
the conditional half alone: the pipeline then makes the unconditional half itself, exactly as without steering.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from generators.diffusion.families import Family
from generators.hub.directions import Encoded, Shift, steered_states

if TYPE_CHECKING:
    import torch

__all__ = ["embed", "prompt_arguments"]


def embed(family: Family, pipeline: Any, sentences: list[str], device: torch.device | None = None) -> Encoded:
    """What the pipeline makes of sentences, with a mask of the rows that stand for words.

    Args:
        family: of the pipeline.
        pipeline: of diffusers.
        sentences: prompts.
        device: where it runs; None asks the pipeline, which looks through all its layers for that.
    """
    import torch

    with torch.no_grad():
        return _EMBED[family.prompt](family, pipeline, sentences, device or pipeline._execution_device)


def prompt_arguments(
    family: Family, prompt: str, encoded: Encoded | None, shift: Shift | None
) -> dict[str, Any]:
    """The arguments of a pipeline's call that hold a prompt: its text, or its states moved by a shift.

    Args:
        family: of the pipeline.
        prompt: words.
        encoded: what ``embed`` made of them; None where nothing is to be moved.
        shift: of the states; None for none.
    """
    if encoded is None or shift is None:
        return {"prompt": prompt}
    arguments: dict[str, Any] = {"prompt_embeds": steered_states(encoded.states, encoded.mask, shift.rows)}
    if encoded.pooled is not None and shift.pooled is not None:
        arguments["pooled_prompt_embeds"] = encoded.pooled + shift.pooled.to(encoded.pooled)
    if family.prompt in ("masked", "masked_pooled"):
        arguments["prompt_attention_mask"] = encoded.mask
    return arguments


def _zero_padded(family: Family, pipeline: Any, sentences: list[str], device: torch.device) -> Encoded:
    """Wan: rows past the prompt are exact zeros."""
    states, _ = pipeline.encode_prompt(
        sentences, do_classifier_free_guidance=False, max_sequence_length=family.tokens,
        device=device,
    )  # fmt: skip
    return Encoded(states, states.abs().sum(-1) > 0)


def _masked(family: Family, pipeline: Any, sentences: list[str], device: torch.device) -> Encoded:
    """LTX: the mask comes along. LTX-2 pads on the left, so nothing but the mask knows where the prompt is."""
    states, mask, _, _ = pipeline.encode_prompt(
        sentences, do_classifier_free_guidance=False, max_sequence_length=family.tokens,
        device=device,
    )  # fmt: skip
    return Encoded(states, mask)


def _masked_pooled(family: Family, pipeline: Any, sentences: list[str], device: torch.device) -> Encoded:
    """HunyuanVideo: states behind its template, a pooled vector of another encoder, and the mask."""
    states, pooled, mask = pipeline.encode_prompt(sentences, max_sequence_length=family.tokens, device=device)
    return Encoded(states, mask, pooled)


def _clip(family: Family, pipeline: Any, sentences: list[str], device: torch.device) -> Encoded:
    """Stable Diffusion 1 and 2, AnimateDiff: 77 rows, of which the tokenizer knows the words'."""
    states, _ = pipeline.encode_prompt(sentences, device, 1, False)
    return Encoded(states, _words(pipeline.tokenizer, sentences, states.shape[1], states))


def _clip_pooled(family: Family, pipeline: Any, sentences: list[str], device: torch.device) -> Encoded:
    """Stable Diffusion XL: the states of two encoders side by side, whose tokenizers cut alike."""
    states, _, pooled, _ = pipeline.encode_prompt(sentences, device=device, do_classifier_free_guidance=False)
    return Encoded(states, _words(pipeline.tokenizer, sentences, states.shape[1], states), pooled)


def _clip_and_t5(family: Family, pipeline: Any, sentences: list[str], device: torch.device) -> Encoded:
    """Stable Diffusion 3: the rows of CLIP, then those of T5 (zeros where T5 was left out)."""
    import torch

    states, _, pooled, _ = pipeline.encode_prompt(
        sentences, None, None, device=device, do_classifier_free_guidance=False,
        max_sequence_length=family.tokens,
    )  # fmt: skip
    first = pipeline.tokenizer_max_length
    mask = _words(pipeline.tokenizer, sentences, first, states)
    if pipeline.text_encoder_3 is None:
        rest = torch.zeros(len(sentences), states.shape[1] - first).to(mask)
    else:
        rest = _words(pipeline.tokenizer_3, sentences, states.shape[1] - first, states)
    return Encoded(states, torch.cat([mask, rest], 1), pooled)


def _t5_pooled(family: Family, pipeline: Any, sentences: list[str], device: torch.device) -> Encoded:
    """Flux: the states of T5 and the pooled vector of CLIP."""
    states, pooled, _ = pipeline.encode_prompt(sentences, device=device, max_sequence_length=family.tokens)
    return Encoded(states, _words(pipeline.tokenizer_2, sentences, states.shape[1], states), pooled)


def _t5(family: Family, pipeline: Any, sentences: list[str], device: torch.device) -> Encoded:
    """CogVideoX: the states of T5, padded without a mask."""
    states, _ = pipeline.encode_prompt(
        sentences, do_classifier_free_guidance=False, max_sequence_length=family.tokens,
        device=device,
    )  # fmt: skip
    return Encoded(states, _words(pipeline.tokenizer, sentences, states.shape[1], states))


def _words(tokenizer: Any, sentences: list[str], rows: int, like: torch.Tensor) -> torch.Tensor:
    """The mask ``(B, rows)`` of the rows that stand for words and for the marks around them, not for padding."""
    import torch

    # Padded by hand: a tokenizer takes ten times as long over the padding as over the words.
    cut = tokenizer(sentences, max_length=rows, truncation=True)["input_ids"]
    mask = torch.zeros(len(cut), rows, dtype=torch.long)
    for row, told in enumerate(cut):
        start = rows - len(told) if tokenizer.padding_side == "left" else 0
        mask[row, start : start + len(told)] = 1
    return mask.to(like.device)


_EMBED: dict[str, Callable[[Family, Any, list[str], Any], Encoded]] = {
    "zero_padded": _zero_padded,
    "masked": _masked,
    "masked_pooled": _masked_pooled,
    "clip": _clip,
    "clip_pooled": _clip_pooled,
    "clip_and_t5": _clip_and_t5,
    "t5_pooled": _t5_pooled,
    "t5": _t5,
}
