"""The families: architecture, kind of vocabulary, special tokens, template.

`split` is the pattern of a byte-level vocabulary, or `digits`; `sentencepiece` says how such a one writes spaces: `each`
text between special tokens begins with one (Llama 2, Phi 3), the `first` alone (Mistral 0.3), or `none` (Gemma).
`end` is the tokenizer's end token, `turn` what ends a turn where that is another one.
"""

WORDS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
CL100K = WORDS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN = CL100K.replace(r"\p{N}{1,3}", r"\p{N}")
UPPER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
LEAD = r"[^\r\n\p{L}\p{N}]?"
TEKKEN = (
    f"{LEAD}{UPPER}*{LOWER}+|{LEAD}{UPPER}+{LOWER}*"
    + r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

CHATML = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
CALLS = ["<tool_call>", "</tool_call>"]
LLAMA = ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|eom_id|>", "<|python_tag|>"]
MISTRAL = [
    *("[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_CALLS]"),
    *("[TOOL_RESULTS]", "[/TOOL_RESULTS]"),
]
LLAMA_3 = {
    "config": "LlamaConfig",
    "split": CL100K,
    "ignore_merges": True,
    "special": LLAMA,
    "bos": "<|begin_of_text|>",
    "end": "<|eot_id|>",
}
GEMMA = {
    "sentencepiece": "none",
    "special": ["<start_of_turn>", "<end_of_turn>"],
    "bos": "<bos>",
    "end": "<eos>",
    "turn": "<end_of_turn>",
    "extra": {"head_dim": 16, "query_pre_attn_scalar": 16, "tie_word_embeddings": True},
}
NEMO = "mistralai-Mistral-Nemo-Instruct-2407"

# Templates that neither package has, with the family's own markers.
SMOLLM = """{% for message in messages %}{% if loop.first and message['role'] != 'system' %}<|im_start|>system
You are a small model that helps.<|im_end|>
{% endif %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"""
PHI_4 = """{% for message in messages %}
{%- if message['role'] not in ['system', 'user', 'assistant'] %}{{ raise_exception('no such role') }}{% endif %}
{{- '<|im_start|>' + message['role'] + '<|im_sep|>' + message['content'] + '<|im_end|>' }}{% endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant<|im_sep|>' }}{% endif %}"""
PHI_4_MINI = """{% for message in messages %}{% if message['role'] == 'system' and tools %}
{{- '<|system|>' + message['content'] + '<|tool|>' + tools | tojson + '<|/tool|>' + '<|end|>' }}
{%- else %}{{ '<|' + message['role'] + '|>' + (message['content'] or '') + '<|end|>' }}{% endif %}{% endfor %}
{%- if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"""

FAMILIES = {
    "qwen2": {
        "config": "Qwen2Config",
        "split": QWEN,
        "special": CHATML,
        "plain": CALLS,
        "end": "<|im_end|>",
        "template": "qwen2_5",
    },
    "qwen3": {
        "config": "Qwen3Config",
        "split": QWEN,
        "special": CHATML,
        "plain": [*CALLS, "<think>", "</think>"],
        "end": "<|im_end|>",
        "template": "qwen3",
        "extra": {"head_dim": 16},
    },
    "llama3": {**LLAMA_3, "template": "llama3"},
    "llama3.1": {**LLAMA_3, "template": "llama3_1"},
    "llama3.2": {**LLAMA_3, "template": "llama3_2"},
    "mistral": {
        "config": "MistralConfig",
        "sentencepiece": "first",
        "special": MISTRAL,
        "bos": "<s>",
        "end": "</s>",
        "template": NEMO,
        # The published templates of version 3 differ from Nemo's in these spaces.
        "replace": [
            ("[AVAILABLE_TOOLS][", "[AVAILABLE_TOOLS] ["),
            ("[TOOL_CALLS][", "[TOOL_CALLS] ["),
            ("[TOOL_RESULTS]{", "[TOOL_RESULTS] {"),
            ('"[INST]"', '"[INST] "'),
            ('{{- message["content"] + eos_token}}', '{{- " " + message["content"]|trim + eos_token}}'),
        ],
    },
    "mistral-nemo": {
        "config": "MistralConfig",
        "split": TEKKEN,
        "special": ["<unk>", "<s>", "</s>", *MISTRAL],
        "bos": "<s>",
        "end": "</s>",
        "template": NEMO,
        "extra": {"head_dim": 16},
    },
    "gemma2": {**GEMMA, "config": "Gemma2Config", "template": "gemma", "keep_model": True},
    "gemma3": {**GEMMA, "config": "Gemma3TextConfig", "template": "gemma3"},
    "phi3": {
        "config": "Phi3Config",
        "sentencepiece": "each",
        "special": ["<|endoftext|>", "<|assistant|>", "<|system|>", "<|end|>", "<|user|>"],
        "strip": ["<|assistant|>", "<|system|>", "<|end|>", "<|user|>"],
        "bos": "<s>",
        "end": "<|endoftext|>",
        "turn": "<|end|>",
        "template": "phi3",
        "extra": {"pad_token_id": 0},
    },
    "phi4": {
        "config": "Phi3Config",
        "split": CL100K,
        "special": ["<|endoftext|>", "<|im_start|>", "<|im_sep|>", "<|im_end|>"],
        "end": "<|im_end|>",
        "template": PHI_4,
        "extra": {"pad_token_id": 0},
    },
    "phi4-mini": {
        "config": "Phi3Config",
        "split": CL100K,
        "special": ["<|endoftext|>", "<|user|>", "<|assistant|>", "<|system|>", "<|end|>", "<|tool|>", "<|/tool|>"],
        "end": "<|endoftext|>",
        "turn": "<|end|>",
        "template": PHI_4_MINI,
        "extra": {"pad_token_id": 0},
    },
    "smollm": {"config": "LlamaConfig", "split": "digits", "special": CHATML, "end": "<|im_end|>", "template": SMOLLM},
}
