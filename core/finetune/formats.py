"""An example in the words of each training library. Pure; paths are relative to the data set's folder.

    TRL               https://huggingface.co/docs/trl/dataset_formats (prompt-completion, preference; vision)
    ms-swift          https://swift.readthedocs.io/en/latest/Customization/Custom-dataset.html
    LLaMA-Factory     https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md (sharegpt)
    qwen-vl-finetune  https://github.com/QwenLM/Qwen3-VL/tree/main/qwen-vl-finetune

The picture stands where the engine puts it: behind the instruction. All four train on the answer alone: TRL because
it is a completion, the others because it is the assistant's turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from core.finetune.examples import Example
from core.finetune.products import Split

IMAGE = "<image>"
NAME = "shelflens"
"""What the data set is called in LLaMA-Factory's list."""
TAGS = {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant"}


@dataclass(frozen=True)
class Instruction:
    """The engine's words before and behind the picture."""

    before: str
    after: str

    @property
    def tagged(self) -> str:
        return f"{self.before}{IMAGE}{self.after}"


Row = dict[str, Any]
Write = Callable[[Example, Instruction], Row]


def trl(example: Example, words: Instruction) -> Row:
    return {"images": [example.image], "prompt": _prompt(words), "completion": _said(example.answer)}


def trl_pair(example: Example, words: Instruction) -> Row:
    chosen, rejected = _said(example.answer), _said(example.rejected)
    return {"images": [example.image], "prompt": _prompt(words), "chosen": chosen, "rejected": rejected}


def _prompt(words: Instruction) -> list[Row]:
    content = [_text(words.before), {"type": "image"}, *([_text(words.after)] if words.after else [])]
    return [{"role": "user", "content": content}]


def _said(answer: str) -> list[Row]:
    return [{"role": "assistant", "content": [_text(answer)]}]


def _text(text: str) -> Row:
    return {"type": "text", "text": text}


def swift(example: Example, words: Instruction) -> Row:
    return {"messages": _turns(example, words), "images": [example.image]}


def swift_pair(example: Example, words: Instruction) -> Row:
    return swift(example, words) | {"rejected_response": example.rejected}


def llama_factory(example: Example, words: Instruction) -> Row:
    return {"messages": _turns(example, words), "images": [example.image]}


def llama_factory_pair(example: Example, words: Instruction) -> Row:
    user, chosen = _turns(example, words)
    return {
        "messages": [user],
        "chosen": chosen,
        "rejected": {"role": "assistant", "content": example.rejected},
        "images": [example.image],
    }


def _turns(example: Example, words: Instruction) -> list[Row]:
    return [{"role": "user", "content": words.tagged}, {"role": "assistant", "content": example.answer}]


def qwen_finetune(example: Example, words: Instruction) -> Row:
    return {
        "image": example.image,
        "conversations": [{"from": "human", "value": words.tagged}, {"from": "gpt", "value": example.answer}],
    }


@dataclass(frozen=True)
class Format:
    """One library's rows, and its preference pairs where it has a form for them."""

    folder: str
    row: Write
    pair: Write | None = None


FORMATS = (
    Format("trl", trl, trl_pair),
    Format("ms-swift", swift, swift_pair),
    Format("llama-factory", llama_factory, llama_factory_pair),
    Format("qwen-vl-finetune", qwen_finetune),
)


def file_of(split: Split, *, pairs: bool = False) -> str:
    """Name of the file in a format's folder."""
    return f"{split}{'.preferences' if pairs else ''}.jsonl"


def dataset_info(files: Iterable[tuple[Split, bool]]) -> Row:
    """LLaMA-Factory's dataset_info.json: an entry for each of its files, given as (split, holds pairs)."""
    entries: Row = {}
    for split, pairs in files:
        columns = {"messages": "messages", "images": "images"}
        entry: Row = {"file_name": file_of(split, pairs=pairs), "formatting": "sharegpt", "tags": TAGS}
        if pairs:
            columns |= {"chosen": "chosen", "rejected": "rejected"}
            entry["ranking"] = True
        entries[f"{NAME}_{split}{'_preferences' if pairs else ''}"] = entry | {"columns": columns}
    return entries
