"""Weights of the vision-language model on this machine: which there are, where they come from, whether they are whole.

catalogue.py   the models ShelfLens knows (data/models.toml) and the forms their weights take
checkpoint.py  what a folder of weights holds, from headers alone, or the named reason why it cannot be used
manifest.py    the list of a folder's files with their hashes, written last
inventory.py   what is here: `find_weights` for the engine, `survey` for people
progress.py    how far a long task is, and how it is stopped
space.py       disk and memory before a long task; one task at a time
hub.py         the model hub: what a revision consists of, and one file with resume
pull.py        fetching a model, or taking it from a folder
prepare.py     the OpenVINO forms; child.py runs the command, exportenv.py the environment it runs in
adapters.py    LoRA adapters: what a folder holds, and which base it belongs to
promoted.py    those kept on this machine, and the one in use
care.py        checking and removing what is here

Nothing here opens a connection but `pull` and the making of the export environment, and both only when called.
"""

from __future__ import annotations

from core.weights.catalogue import Form, Model, get_model, load_catalogue
from core.weights.checkpoint import CheckpointInfo, inspect_checkpoint
from core.weights.inventory import FormState, ModelState, State, Weights, find_weights, get_weights, survey
from core.weights.progress import Phase, Progress, Stopped

__all__ = [
    "CheckpointInfo",
    "Form",
    "FormState",
    "Model",
    "ModelState",
    "Phase",
    "Progress",
    "State",
    "Stopped",
    "Weights",
    "find_weights",
    "get_model",
    "get_weights",
    "inspect_checkpoint",
    "load_catalogue",
    "survey",
]
