"""What a folder of weights holds, from its headers alone, or the named reason why it cannot be used.

Reading headers takes milliseconds for gigabytes: a safetensors file begins with 8 bytes of length and a JSON
header that says where every tensor lies (https://huggingface.co/docs/safetensors, "Format").
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from core.errors import (
    CorruptWeights,
    NoWeights,
    PickledWeights,
    RemoteCode,
    WeightsFolderMissing,
    WeightsIncomplete,
    WrongArchitecture,
)
from core.types import Bilingual
from core.weights.catalogue import Form
from core.weights.manifest import OWN_FILES

ARCHITECTURE = "Qwen3VLForConditionalGeneration"
MODEL_TYPE = "qwen3_vl"

WHOLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
PICKLES = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.ckpt")
UNFINISHED = ("*.incomplete", "*.part", "*.partial", "*.crdownload", "*.aria2")
"""What downloaders call a file that is still on its way."""
TOKENIZERS = (("tokenizer.json",), ("vocab.json", "merges.txt"))
"""One of these sets of files has to be there."""
PREPROCESSORS = (("preprocessor_config.json",), ("processor_config.json",))
CODE_PLACES = ("config.json", "tokenizer_config.json", "preprocessor_config.json", "processor_config.json")

OPENVINO_PARTS = (
    "openvino_language_model",
    "openvino_text_embeddings_model",
    "openvino_vision_embeddings_model",
    "openvino_vision_embeddings_merger_model",
    "openvino_vision_embeddings_pos_model",
    "openvino_tokenizer",
    "openvino_detokenizer",
)
"""What an export of this architecture consists of: an .xml and a .bin each."""

LONGEST_HEADER = 100_000_000
"""The format's own limit; a longer one is no header."""
TYPE_BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16,
    "I32": 32, "U32": 32, "F32": 32, "F64": 64, "I64": 64, "U64": 64,
}  # fmt: skip
CORRUPT_JSON = Bilingual(en="it is no JSON object", zh="不是有效的 JSON 对象")
READ_WHOLE = 32 << 20
"""A file of up to so many bytes goes into a fingerprint whole: settings, tokenizers, the graph of an export."""
SAMPLES, SAMPLE = 16, 1 << 16
"""Of a larger one a fingerprint looks at this many places, evenly spread, this many bytes each …"""
EDGE = 1 << 12
"""… and at so many bytes of the beginning, the middle and the end of every tensor: training changes a tensor all over,
but may leave most tensors alone, and evenly spread places may all lie in those."""


@dataclass(frozen=True)
class CheckpointInfo:
    """A folder of weights that can be used."""

    folder: Path
    form: Form
    files: tuple[str, ...]
    """The files that make it up: weights, settings, tokenizer."""
    weights_bytes: int
    parameters: int
    """Of a safetensors checkpoint; 0 for an export, which does not say."""
    dtype: str
    """Type of most weights, such as BF16; "" for an export."""

    @property
    def revision(self) -> str:
        """12 hex digits that change with the model: from its settings and samples of each of its tensors."""
        return fingerprint(self.folder, self.files)


def inspect_checkpoint(folder: Path) -> CheckpointInfo:
    """What `folder` holds: a safetensors checkpoint or an OpenVINO export of the architecture ShelfLens runs.

    Raises a BadWeights that names what stands in the way. Opens headers only and runs nothing.
    """
    if not folder.is_dir():
        raise WeightsFolderMissing(folder=folder)
    if (folder / f"{OPENVINO_PARTS[0]}.xml").exists():
        return _inspect_export(folder)
    shards = _shards(folder)
    _refuse_code(folder)
    _check_architecture(folder)
    _check_unfinished(folder)
    headers = {name: read_header(folder / name) for name in shards}
    _check_index(folder, headers)
    tensors = [tensor for header in headers.values() for tensor in header.values()]
    sizes = [prod(tensor["shape"]) for tensor in tensors]
    return CheckpointInfo(
        folder=folder,
        form=Form.SAFETENSORS,
        files=(*_settings_files(folder), *shards),
        weights_bytes=sum((folder / name).stat().st_size for name in shards),
        parameters=sum(sizes),
        dtype=_commonest(zip((tensor["dtype"] for tensor in tensors), sizes, strict=True)),
    )


def _shards(folder: Path) -> tuple[str, ...]:
    """Names of the checkpoint's safetensors files, all there; raises what explains why not."""
    if (folder / INDEX).exists():
        shards = tuple(sorted(set(_weight_map(folder).values())))
        absent = [name for name in shards if not (folder / name).is_file()]
        if absent:
            raise WeightsIncomplete(folder=folder, reason=_missing(absent))
        return shards
    if (folder / WHOLE).is_file():
        return (WHOLE,)
    _check_unfinished(folder, deep=True)
    if any(folder.glob("model-*-of-*.safetensors")):
        raise WeightsIncomplete(folder=folder, reason=_missing([INDEX]))
    pickles = sorted(path.name for pattern in PICKLES for path in folder.glob(pattern))
    if pickles:
        raise PickledWeights(folder=folder, files=", ".join(pickles[:3]) + (" …" if len(pickles) > 3 else ""))
    raise NoWeights(folder=folder)


def _weight_map(folder: Path) -> dict[str, str]:
    """Tensor -> file of it, from the index; plain file names only."""
    entries = read_json(folder, INDEX).get("weight_map")
    fine = isinstance(entries, dict) and all(
        isinstance(name, str) and Path(name).name == name and name.endswith(".safetensors") for name in entries.values()
    )
    if not fine or not entries:
        reason = Bilingual(en="it names no safetensors files", zh="其中没有列出 safetensors 文件")
        raise CorruptWeights(folder=folder, file=INDEX, reason=reason)
    return dict(entries)


def _check_unfinished(folder: Path, *, deep: bool = False) -> None:
    """`deep` also looks where the hub's own client keeps its unfinished files. They stay there after a file was
    fetched in another way, so they count only where the weights themselves are absent."""
    found = [path for pattern in UNFINISHED for path in folder.glob(pattern)]
    if deep:
        found += (folder / ".cache" / "huggingface").rglob("*.incomplete")
    if found:
        name = found[0].name
        reason = Bilingual(en=f"{name} is a download that has not ended", zh=f"{name} 是尚未完成的下载")
        raise WeightsIncomplete(folder=folder, reason=reason)


def _check_architecture(folder: Path) -> None:
    if not (folder / "config.json").is_file():
        raise WeightsIncomplete(folder=folder, reason=_missing(["config.json"]))
    config = read_json(folder, "config.json")
    names, kind = config.get("architectures") or [], config.get("model_type")
    # A config may leave the class out, never the type.
    if kind != MODEL_TYPE or (names and ARCHITECTURE not in names):
        found = " / ".join(str(word) for word in (*names, kind) if word) or "?"
        raise WrongArchitecture(folder=folder, found=found, expected=f"{ARCHITECTURE} / {MODEL_TYPE}")


def _refuse_code(folder: Path) -> None:
    for name in CODE_PLACES:
        if (folder / name).is_file() and "auto_map" in read_json(folder, name):
            raise RemoteCode(folder=folder, file=name)


def _settings_files(folder: Path) -> tuple[str, ...]:
    """Every JSON, Jinja and vocabulary file; raises where one is missing that loading needs."""
    for choices in (TOKENIZERS, PREPROCESSORS):
        if not any(all((folder / name).is_file() for name in names) for names in choices):
            raise WeightsIncomplete(
                folder=folder, reason=_missing([" + ".join(names) for names in choices], any_of=True)
            )
    found = {path.name for pattern in ("*.json", "*.jinja") for path in folder.glob(pattern)} - OWN_FILES
    return tuple(sorted(found | ({"merges.txt"} if (folder / "merges.txt").is_file() else set())))


def read_header(path: Path) -> dict[str, dict[str, Any]]:
    """The tensors of a safetensors file: name -> dtype, shape, data_offsets.

    Raises WeightsIncomplete for a file that ends before its header says, CorruptWeights for a header that does not
    hold together: not JSON, offsets that overlap, leave holes or contradict the shapes, bytes after the last tensor.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > LONGEST_HEADER:
            raise _corrupt(path, en="its header is no header", zh="文件头无效")
        if size < 8 or 8 + length > size:
            raise _short(path, size, 8 + length)
        header = _header_of(path, file.read(length))
    end = 0
    for name, tensor in sorted(header.items(), key=lambda entry: entry[1]["data_offsets"]):
        first, last = tensor["data_offsets"]
        if first != end or last < first or last - first != _bytes_of(tensor):
            raise _corrupt(path, en=f"tensor {name} does not lie where it should", zh=f"张量 {name} 的位置不一致")
        end = last
    whole = 8 + length + end
    if size < whole:
        raise _short(path, size, whole)
    if size > whole:
        raise _corrupt(path, en=f"{size - whole} bytes too many", zh=f"多出 {size - whole} 字节")
    return header


def _header_of(path: Path, raw: bytes) -> dict[str, dict[str, Any]]:
    try:
        header = json.loads(raw)
    except (ValueError, RecursionError) as err:
        raise _corrupt(path, en="its header cannot be read", zh="无法读取文件头") from err
    tensors = {name: entry for name, entry in header.items() if name != "__metadata__"} if type(header) is dict else {}
    if not tensors or not all(_is_tensor(entry) for entry in tensors.values()):
        raise _corrupt(path, en="its header does not describe tensors", zh="文件头没有描述张量")
    return tensors


def _is_tensor(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("dtype"), str)
        and _are_counts(entry.get("shape"))
        and _are_counts(entry.get("data_offsets"))
        and len(entry["data_offsets"]) == 2
    )


def _are_counts(value: Any) -> bool:
    return isinstance(value, list) and all(type(number) is int and number >= 0 for number in value)


def _bytes_of(tensor: dict[str, Any]) -> int:
    bits = TYPE_BITS.get(tensor["dtype"])
    if bits is None:  # the format has grown since this list: the size is not ours to judge
        first, last = tensor["data_offsets"]
        return int(last - first)
    return prod(tensor["shape"]) * bits // 8


def _check_index(folder: Path, headers: dict[str, dict[str, dict[str, Any]]]) -> None:
    if not (folder / INDEX).exists():
        return
    for tensor, name in _weight_map(folder).items():
        if tensor not in headers[name]:
            reason = Bilingual(
                en=f"tensor {tensor}, which {INDEX} names, is not in it", zh=f"缺少索引列出的张量 {tensor}"
            )
            raise CorruptWeights(folder=folder, file=name, reason=reason)


def _inspect_export(folder: Path) -> CheckpointInfo:
    """An OpenVINO export whose parts are all there and as long as their .xml says."""
    files = [f"{part}{suffix}" for part in OPENVINO_PARTS for suffix in (".xml", ".bin")]
    absent = [name for name in files if not (folder / name).is_file()]
    if absent:
        raise WeightsIncomplete(folder=folder, reason=_missing(absent))
    _refuse_code(folder)
    _check_architecture(folder)
    _check_unfinished(folder)
    for part in OPENVINO_PARTS:
        _check_part(folder / f"{part}.xml", folder / f"{part}.bin")
    return CheckpointInfo(
        folder=folder,
        form=_export_form(folder),
        files=(*_settings_files(folder), *files),
        weights_bytes=sum((folder / name).stat().st_size for name in files),
        parameters=0,
        dtype="",
    )


def _check_part(xml: Path, weights: Path) -> None:
    text = xml.read_bytes()
    if not text.rstrip().endswith(b"</net>"):
        raise _corrupt(xml, en="it breaks off", zh="文件不完整")
    size, needed = weights.stat().st_size, max((end for _, end in _constants(text)), default=0)
    if size < needed:
        raise _short(weights, size, needed)


def _constants(graph: bytes) -> list[tuple[int, int]]:
    """Where the constants of an export's .xml begin and end in its .bin."""
    found = (
        dict(re.findall(rb'\b(offset|size)="(\d+)"', data)) for data in re.findall(rb"<data [^>]*?offset=[^>]*>", graph)
    )
    places = ((int(each.get(b"offset", 0)), int(each.get(b"size", 0))) for each in found)
    return [(first, first + size) for first, size in places]


def _export_form(folder: Path) -> Form:
    """int4 where the language model's weights have 4 bits (openvino_config.json), else int8."""
    config = folder / "openvino_config.json"
    bits = re.search(r'"bits":\s*(\d+)', config.read_text("utf-8", "replace")) if config.is_file() else None
    return Form.INT4 if bits and bits[1] == "4" else Form.INT8


def fingerprint(folder: Path, files: Iterable[str]) -> str:
    """12 hex digits over the names, sizes and content of small files, and over samples of every tensor of large ones.

    Raises WeightsIncomplete or CorruptWeights for a safetensors file whose header does not say where its tensors lie.
    """
    digest = hashlib.sha256()
    for name in sorted(files):
        path = folder / name
        digest.update(f"{name}\0{path.stat().st_size}\0".encode())
        for piece in _samples(path):
            digest.update(piece)
    return digest.hexdigest()[:12]


def _samples(path: Path) -> Iterator[bytes]:
    """The whole of a small file; of a large one its header, evenly spread pieces and pieces of every tensor."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= READ_WHOLE:
            yield file.read()
            return
        header, tensors = _parts_of(path)
        places = [(0, header), *(((size - SAMPLE) * number // (SAMPLES - 1), SAMPLE) for number in range(SAMPLES))]
        for first, end in tensors:
            starts = {max(first, start) for start in (first, (first + end - EDGE) // 2, end - EDGE)}
            places += [(start, min(EDGE, end - start)) for start in starts]
        for start, count in sorted(places):
            file.seek(start)
            yield file.read(count)


def _parts_of(path: Path) -> tuple[int, list[tuple[int, int]]]:
    """How long the header of a file of weights is, and where its tensors begin and end, as far as that is said."""
    if path.suffix == ".safetensors":
        offsets = [tensor["data_offsets"] for tensor in read_header(path).values()]
        header = path.stat().st_size - max(end for _, end in offsets)
        return header, [(header + first, header + end) for first, end in offsets]
    graph = path.with_suffix(".xml")
    return 0, _constants(graph.read_bytes()) if path.suffix == ".bin" and graph.is_file() else []


def read_json(folder: Path, name: str) -> dict[str, Any]:
    """The object in a JSON file. Raises CorruptWeights for anything else."""
    try:
        content = json.loads((folder / name).read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as err:
        raise CorruptWeights(folder=folder, file=name, reason=CORRUPT_JSON) from err
    if not isinstance(content, dict):
        raise CorruptWeights(folder=folder, file=name, reason=CORRUPT_JSON)
    return content


def _commonest(pairs: Iterable[tuple[str, int]]) -> str:
    totals: dict[str, int] = {}
    for kind, size in pairs:
        totals[kind] = totals.get(kind, 0) + size
    return max(totals, key=lambda kind: totals[kind])


def _missing(names: list[str], *, any_of: bool = False) -> Bilingual:
    shown = (" / " if any_of else ", ").join(names[:3]) + (" …" if len(names) > 3 else "")
    return Bilingual(en=f"{shown} missing", zh=f"缺少 {shown}")


def _corrupt(path: Path, en: str, zh: str) -> CorruptWeights:
    return CorruptWeights(folder=path.parent, file=path.name, reason=Bilingual(en=en, zh=zh))


def _short(path: Path, size: int, expected: int) -> WeightsIncomplete:
    reason = Bilingual(
        en=f"{path.name} has {size} bytes and should have at least {expected}",
        zh=f"{path.name} 只有 {size} 字节，至少应有 {expected} 字节",
    )
    return WeightsIncomplete(folder=path.parent, reason=reason)
