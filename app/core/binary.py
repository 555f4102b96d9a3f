"""Which files may be shown as binary, and which are text that somebody has marked so.

Git shows no text of a file that an attribute calls binary, and the change itself may set that attribute. So a file that
a diff shows as binary is believed to be so by its name, by the base branch's attributes, or after a look at its bytes.
"""

from collections.abc import Collection
from pathlib import PurePosixPath

from app.core.attributes import Values

# File formats that nobody writes or reads as text. Left out are those that are text as well (.ts, .ps, .dat).
_FORMATS = """
    png jpg jpeg gif bmp ico icns webp avif tif tiff heic psd ai sketch fig xcf tga dds
    woff woff2 ttf otf eot pfb
    zip gz tgz bz2 xz zst lz4 br 7z rar tar jar war ear aar whl egg gem nupkg apk aab ipa deb rpm dmg iso img cab msi crx
    mp3 mp4 ogg oga ogv wav flac aac m4a m4v mov avi mkv webm mpg mpeg wmv mid midi
    pdf doc docx xls xlsx xlsm ppt pptx odt ods odp epub
    exe dll so dylib a o obj lib ko class dex pyc pyo pyd wasm node bin pdb elf bc
    sqlite sqlite3 db mdb npy npz parquet orc feather h5 hdf5 pkl pickle joblib onnx pt pth ckpt safetensors tflite gguf mmdb
    p12 pfx jks keystore der
    swf fla blend fbx glb 3ds unity3d uasset pak mo gmo nib lockb
"""
_SUFFIXES = frozenset(_FORMATS.split())

SNIFF = 8_000
"""Bytes in which git looks for a NUL to call a file binary (its buffer_is_binary)."""


def named(path: str) -> bool:
    """Whether a name is a binary file's."""
    return PurePosixPath(path).suffix.lower().removeprefix(".") in _SUFFIXES


def believed(path: str, attributes: Values, looked_at: Collection[str]) -> bool:
    """Whether a file that is shown as binary needs no text: by its name, by the base branch, or since its bytes were seen."""
    return named(path) or attributes.get("diff") is False or attributes.get("binary") is True or path in looked_at


def is_binary(data: bytes) -> bool:
    """Whether git takes the bytes for no text."""
    return b"\0" in data[:SNIFF]


def is_wide(data: bytes) -> bool:
    """Whether bytes that git takes for binary are text in UTF-16, which begins with a byte order mark."""
    return data.startswith((b"\xff\xfe", b"\xfe\xff"))
