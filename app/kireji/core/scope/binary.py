"""Which files may be shown as binary, and which are text that somebody has marked so.

Git shows no text of a file that an attribute calls binary, nor of one that has a NUL in it, and the change itself may
set the one and add the other: a script runs with a NUL in its comments. So a file that a diff shows as binary is
believed to be so by its name, by the base branch's attributes, or where the base branch has it in such bytes already,
under a name that is no source file's.
"""

from collections.abc import Collection
from pathlib import PurePosixPath

from kireji.core.code.languages import language
from kireji.core.scope.attributes import Values

# File formats that nobody writes or reads as text. Left out are those that are text as well (.ts, .ps, .dat).
_FORMATS = """
    png jpg jpeg jp2 jxl gif bmp ico icns cur webp avif tif tiff heic psd ai sketch fig xcf tga dds
    woff woff2 ttf ttc otf eot pfb
    zip gz tgz bz2 xz zst lz4 br 7z rar tar jar war ear aar whl egg gem nupkg apk aab ipa deb rpm dmg iso img cab msi crx
    mp3 mp4 ogg oga ogv opus wav aiff flac aac m4a m4v mov avi mkv webm mpg mpeg wmv mid midi
    pdf doc docx xls xlsx xlsm ppt pptx odt ods odp epub
    exe dll so dylib a o obj lib ko class dex pyc pyo pyd wasm node bin pdb elf bc
    sqlite sqlite3 db mdb npy npz parquet orc avro feather tfrecord pcap nii dcm
    h5 hdf5 pkl pickle joblib onnx pt pth ckpt safetensors tflite gguf mmdb
    p12 pfx jks keystore der
    swf fla blend fbx glb 3ds unity3d uasset pak mo gmo nib lockb
"""
_SUFFIXES = frozenset(_FORMATS.split())

SNIFFED_BYTES = 8_000
"""Bytes in which git looks for a NUL to call a file binary (its buffer_is_binary)."""


def has_binary_name(path: str) -> bool:
    """Whether a name is a binary file's."""
    return PurePosixPath(path).suffix.lower().removeprefix(".") in _SUFFIXES


def is_believed_binary(path: str, attributes: Values, looked_at: Collection[str]) -> bool:
    """Whether a file that is shown as binary needs no text. `looked_at` are paths of files that are so on the base too."""
    told = attributes.get("diff") is False or attributes.get("binary") is True
    return has_binary_name(path) or told or (path in looked_at and language(path) is None)


def was_binary(old: bytes, new: bytes) -> bool:
    """Whether a file is binary on both sides of a change, or was, and is gone."""
    return is_binary(old) and (is_binary(new) or not new)


def is_binary(data: bytes) -> bool:
    """Whether git takes the bytes for no text."""
    return b"\0" in data[:SNIFFED_BYTES]


def is_wide(data: bytes) -> bool:
    """Whether bytes that git takes for binary are text in UTF-16, which begins with a byte order mark."""
    return data.startswith((b"\xff\xfe", b"\xfe\xff"))
