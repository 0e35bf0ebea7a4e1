"""Everything that can go wrong and be said plainly.

Each class carries one sentence in English and one in Chinese that answer: what happened, to
which object, what to do now.

    ShelfLensError
    ├── BadInput                   the user's file, URL or value can't be used; nothing is stored
    │   ├── EmptyFile
    │   ├── NotAnImage
    │   ├── BrokenImage
    │   ├── ImageTooLarge          too many pixels (declared or real)
    │   ├── FileTooLarge           too many bytes
    │   ├── BadArchive
    │   ├── NestedArchive
    │   ├── EncryptedEntry
    │   ├── ArchiveTooLarge        too many files, or a bomb
    │   ├── BadUrl
    │   ├── ForbiddenAddress       a URL that leads into a private network
    │   │   └── WebhookForbidden   … where a webhook was to lead
    │   ├── PathNotAllowed         a path outside the folders that the settings allow, or none at all
    │   └── FetchFailed
    ├── NotFound                   an item, photo, engine, field … that does not exist
    ├── NothingToSplit             a split that names none or all photos of an item
    ├── NotRead                    a verdict on an item whose photos have not been read yet
    ├── StillRead                  deleting for good what a worker is reading at this moment
    ├── Conflict                   somebody else changed the record in the meantime
    ├── NothingRead                a part of a photo that holds no print
    ├── TextTooLong                more characters than one value may have
    ├── UsageError                 a wrong argument of a command or an API call
    ├── BadSetting                 a SHELFLENS_* variable that cannot be used
    ├── SeatGone                   a browser's request beside a session that is no more
    ├── UnknownHost                a request by a name that this server does not answer to
    ├── ServerStopping             the server was told to end in the middle of an upload
    ├── StorageFull                no space is left
    ├── StorageDenied              the folder or the database cannot be written for any other reason
    ├── DatabaseDamaged
    ├── BadWeights                 a folder of model weights that cannot be used
    │   ├── WeightsFolderMissing
    │   ├── NoWeights
    │   ├── WeightsIncomplete      half-downloaded or half-copied
    │   ├── WrongArchitecture
    │   ├── PickledWeights         could run code: refused, never opened
    │   ├── RemoteCode             asks to run code: refused
    │   ├── CorruptWeights
    │   ├── AdapterNotHere         no adapter in the folder named
    │   ├── AdapterUnsupported     changes weights in a way that is not understood here
    │   ├── AdapterForOtherBase
    │   └── AdapterNeedsWeights    only a prepared form of its base is here
    ├── ModelNotHere               no usable weights on this machine
    ├── NoRuntime                  weights, but not the packages that run them
    ├── ModelBusy                  another process fetches, prepares, checks or removes it
    ├── NotEnoughDisk
    ├── NotEnoughMemory
    ├── PullFailed                 the hub or the way to it
    ├── WrongHash                  a fetched file is not the one it should be
    ├── ExportEnvFailed            the environment of `models prepare`
    ├── PrepareFailed
    ├── DataSetFolderTaken         something is in the folder of a new data set
    ├── DataSetAway                a registered data set whose folder cannot be rewritten
    ├── NothingToLearn             no verified record, or none that can be learned from
    ├── NoRoomForDataSet
    ├── BadDataSet                 a folder that is no data set, or not as it was written
    ├── TrainingNeeds              a package that only training needs
    ├── TrainingFolderTaken        the folder holds another run, or something else
    ├── TrainingFailed
    ├── NotThroughGate             an adapter that was never compared
    ├── NotPassed                  the comparison speaks against it
    ├── GateStale                  something has changed since the comparison
    ├── NothingToRollBack
    ├── QuestionTooLong            more than the model takes at once
    ├── PdfUnavailable             no Chromium that could print a report
    ├── PdfFailed                  Chromium gave none
    ├── NeedsModel                 a question that takes more than finding printed words
    └── EngineFailed               a reader or engine broke on one photo
        ├── UnusableAnswer         a model's words hold none of the fields
        ├── AnswerCut              a model's words broke off on the way
        ├── RemoteUnreachable      the server of engine `remote` …
        ├── RemoteDenied           … wants another key
        ├── RemoteModelUnknown     … does not have the model
        ├── RemoteRefused          … calls the request a bad one
        ├── RemoteBusy             … has no time
        ├── RemoteBroken           … answers in a way that cannot be used
        ├── RemoteTimeout          … takes too long
        └── RemoteResting          … failed often, and is left alone for a while

The files of this package hold them by who raises them; everybody imports them from here.
"""

# ruff: noqa: F401 -- the names below are this package's face, and a second list of them would only drift.
from __future__ import annotations

from core.errors.base import (
    BadInput,
    BadSetting,
    NotFound,
    ShelfLensError,
    UsageError,
)
from core.errors.engines import (
    AnswerCut,
    EngineFailed,
    NeedsModel,
    QuestionTooLong,
    RemoteBroken,
    RemoteBusy,
    RemoteDenied,
    RemoteModelUnknown,
    RemoteRefused,
    RemoteResting,
    RemoteTimeout,
    RemoteUnreachable,
    UnusableAnswer,
)
from core.errors.photos import (
    ArchiveTooLarge,
    BadArchive,
    BadUrl,
    BrokenImage,
    EmptyFile,
    EncryptedEntry,
    FetchFailed,
    FileTooLarge,
    ForbiddenAddress,
    ImageTooLarge,
    NestedArchive,
    NotAnImage,
    PathNotAllowed,
    WebhookForbidden,
)
from core.errors.records import (
    Conflict,
    NothingRead,
    NothingToSplit,
    NotRead,
    StillRead,
    TextTooLong,
)
from core.errors.serving import (
    PdfFailed,
    PdfUnavailable,
    SeatGone,
    ServerStopping,
    UnknownHost,
)
from core.errors.storage import (
    DatabaseDamaged,
    StorageDenied,
    StorageFull,
)
from core.errors.training import (
    BadDataSet,
    DataSetAway,
    DataSetFolderTaken,
    GateStale,
    NoRoomForDataSet,
    NothingToLearn,
    NothingToRollBack,
    NotPassed,
    NotThroughGate,
    TrainingFailed,
    TrainingFolderTaken,
    TrainingNeeds,
)
from core.errors.weights import (
    AdapterForOtherBase,
    AdapterNeedsWeights,
    AdapterNotHere,
    AdapterUnsupported,
    BadWeights,
    CorruptWeights,
    ExportEnvFailed,
    ModelBusy,
    ModelNotHere,
    NoRuntime,
    NotEnoughDisk,
    NotEnoughMemory,
    NoWeights,
    PickledWeights,
    PrepareFailed,
    PullFailed,
    RemoteCode,
    WeightsFolderMissing,
    WeightsIncomplete,
    WrongArchitecture,
    WrongHash,
)
