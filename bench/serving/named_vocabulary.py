"""llama.cpp's own converter: named_vocabulary.py LLAMA_CPP ARGUMENTS… It knows published vocabularies; ours is named."""

import runpy
import sys

llama_cpp, *arguments = sys.argv[1:]
sys.path[:0] = [llama_cpp, f"{llama_cpp}/gguf-py"]
from conversion.base import TextModel  # noqa: E402

TextModel.get_vocab_base_pre = lambda self, tokenizer: "qwen2"
sys.argv = [f"{llama_cpp}/convert_hf_to_gguf.py", *arguments]
runpy.run_path(sys.argv[0], run_name="__main__")
