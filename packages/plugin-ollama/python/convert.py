"""Runs llama.cpp's converter on a model folder.

    convert.py LLAMA_CPP [--pre-tokenizer NAME] MODEL ARGUMENTS_OF_THE_CONVERTER…

The converter tells a BPE vocabulary's pre-tokenizer by a hash of the ids it gives to one text, so it knows published
vocabularies only. Where it does not know one, the patterns in tokenizer.json say which pre-tokenizer splits in the same
way; the ids are compared afterwards. Exit codes: 3 a pre-tokenizer that nobody knows, 4 an architecture that is not
supported; the last line of stderr then is `sftkit: REASON`.
"""

import json
import runpy
import sys
from pathlib import Path

UNKNOWN_PRE_TOKENIZER = 3
UNKNOWN_ARCHITECTURE = 4

WORDS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
REST = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
UPPER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
LEAD = r"[^\r\n\p{L}\p{N}]?"
CASED_REST = r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
CL100K = WORDS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}" + REST

# What tokenizer.json splits by → llama.cpp's name for a pre-tokenizer that splits in the same way.
BY_PATTERNS = {
    (WORDS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + REST,): "qwen2",
    (
        WORDS
        + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}"
        + r"| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    ): "qwen35",
    (CL100K,): "dbrx",
    (f"{LEAD}{UPPER}*{LOWER}+|{LEAD}{UPPER}+{LOWER}*" + r"|\p{N}" + CASED_REST,): "tekken",
    (
        f"{LEAD}{UPPER}*{LOWER}+{WORDS}?|{LEAD}{UPPER}+{LOWER}*{WORDS}?" + r"|\p{N}{1,3}" + CASED_REST,
    ): "gpt-4o",
    (
        r"\p{N}{1,3}",
        "[一-龥\u3040-ゟ゠-ヿ]+",
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
        "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
    ): "deepseek-v3",
    ("digits", "byte-level"): "smollm",
    ("byte-level",): "gpt-2",
}


def split_patterns(tokenizer: dict) -> tuple[str, ...]:
    """What the pre-tokenizer of a tokenizer.json splits by, step by step."""
    patterns = []

    def add(step: dict | None) -> None:
        kind = (step or {}).get("type")
        if kind == "Sequence":
            for inner in step["pretokenizers"]:
                add(inner)
        elif kind == "Split":
            pattern = step["pattern"]
            patterns.append(pattern.get("Regex", pattern.get("String", "?")))
        elif kind == "Digits":
            patterns.append("digits" if step.get("individual_digits") else "numbers")
        elif kind == "ByteLevel":
            if step.get("use_regex", True):
                patterns.append("byte-level")
        elif kind is not None:
            patterns.append(kind)

    add(tokenizer.get("pre_tokenizer"))
    return tuple(patterns)


def pre_tokenizer_of(folder: Path) -> str | None:
    """llama.cpp's name for how tokenizer.json splits, or None where no known one does."""
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    patterns = split_patterns(tokenizer)
    if patterns == (CL100K,) and tokenizer["model"].get("ignore_merges"):
        return "llama-bpe"
    return BY_PATTERNS.get(patterns)


def stop(code: int, reason: str) -> None:
    print(f"sftkit: {reason}", file=sys.stderr)
    sys.exit(code)


def patch(model_class: type, folder: Path, named: str | None) -> None:
    """Has the converter fall back on the patterns, or use the name that was given."""
    known = model_class.get_vocab_base_pre

    def get_vocab_base_pre(self, tokenizer) -> str:
        if named is not None:
            return named
        try:
            return known(self, tokenizer)
        except NotImplementedError:
            found = pre_tokenizer_of(folder)
            if found is not None:
                return found
        patterns = split_patterns(json.loads((folder / "tokenizer.json").read_text(encoding="utf-8")))
        stop(UNKNOWN_PRE_TOKENIZER, json.dumps(patterns, ensure_ascii=False))

    model_class.get_vocab_base_pre = get_vocab_base_pre


def main(arguments: list[str]) -> None:
    llama_cpp = Path(arguments.pop(0))
    named = None
    if arguments[0] == "--pre-tokenizer":
        named = arguments[1]
        arguments = arguments[2:]
    folder = Path(arguments[0])
    sys.path[:0] = [str(llama_cpp), str(llama_cpp / "gguf-py")]
    script = llama_cpp / "convert_hf_to_gguf.py"
    sys.argv = [str(script), *arguments]
    try:
        from conversion.base import TextModel
    except ModuleNotFoundError as missing:
        if missing.name not in ("conversion", "conversion.base"):
            raise
        # Before it was cut into a package, the converter was one file.
        import convert_hf_to_gguf as converter

        patch(getattr(converter, "TextModel", converter.Model), folder, named)
        converter.main()
        return
    patch(TextModel, folder, named)
    check_architecture(folder)
    patch_phi(folder)
    runpy.run_path(str(script), run_name="__main__")


def patch_phi(folder: Path) -> None:
    """Phi 4's byte-level vocabulary is told by a class name that transformers 5 no longer writes."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if config["architectures"][0] != "Phi3ForCausalLM" or (folder / "tokenizer.model").exists():
        return
    from conversion.phi import Phi3MiniModel

    Phi3MiniModel.set_vocab = lambda self: self._set_vocab_gpt2()


def check_architecture(folder: Path) -> None:
    from conversion import MMPROJ_MODEL_MAP, TEXT_MODEL_MAP  # noqa: F401

    architectures = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("architectures") or ["none"]
    if architectures[0] not in TEXT_MODEL_MAP:
        stop(UNKNOWN_ARCHITECTURE, architectures[0])


main(sys.argv[1:])
