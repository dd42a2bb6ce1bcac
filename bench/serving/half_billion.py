"""Makes a model of Qwen2-0.5B's shape: random weights, a vocabulary of its size, bfloat16, about a gigabyte.

    python half_billion.py FOLDER [TEMPLATE]

TEMPLATE is one of the installed TRL's; default `qwen2_5`. The embeddings of some tokens are laid so that each makes the
next one the likeliest: the model answers every chat with the same 40 tokens and stops, which is what the gates need to
have something to compare.
"""

import json
import sys
from pathlib import Path

import torch
import trl
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast, Qwen2Config

SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
CALLS = ["<tool_call>", "</tool_call>"]
VOCABULARY = 151_643
ROWS = 151_936
ANSWER = 40
SMOOTH = 8.0


def main(folder: Path, template: str = "qwen2_5") -> None:
    torch.manual_seed(7)
    tokenizer = make_tokenizer((Path(trl.__file__).parent / "chat_templates" / f"{template}.jinja").read_text("utf-8"))
    config = Qwen2Config(
        vocab_size=ROWS,
        hidden_size=896,
        intermediate_size=4864,
        num_hidden_layers=24,
        num_attention_heads=14,
        num_key_value_heads=2,
        max_position_embeddings=32768,
        rope_parameters={"rope_type": "default", "rope_theta": 1e6},
        tie_word_embeddings=True,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=tokenizer.pad_token_id,
        pad_token_id=tokenizer.pad_token_id,
        initializer_range=0.01,
    )
    model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    plant_answer(model, tokenizer)
    model.generation_config.do_sample = False
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    print(json.dumps({"parameters": sum(weights.numel() for weights in model.parameters())}))


def make_tokenizer(template: str) -> PreTrainedTokenizerFast:
    """A BPE vocabulary whose merges are written down, not learned: bytes, pairs of letters, and pairs of these."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    vocabulary = {token: at for at, token in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    merges = []

    def merge(left: str, right: str) -> None:
        vocabulary[left + right] = len(vocabulary)
        merges.append((left, right))

    pairs = [a + b for a in letters for b in letters]
    for pair in pairs:
        merge(*pair)
    for pair in pairs:
        merge("Ġ", pair)
    for left in pairs:
        for right in pairs:
            if len(vocabulary) == VOCABULARY:
                break
            merge(left, right)
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    split = pre_tokenizers.Split(Regex(SPLIT), "isolated")
    bytes_of = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, bytes_of])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.add_tokens([AddedToken(token, special=False, normalized=False) for token in CALLS])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        chat_template=template,
        model_max_length=32768,
    )


@torch.no_grad()
def plant_answer(model, tokenizer) -> None:
    """Lays embeddings on a spiral: each is nearest to itself turned on by one step and made a little longer."""
    first = tokenizer("\n", add_special_tokens=False)["input_ids"]
    words = [tokenizer.convert_tokens_to_ids(token) for token in ("Ġth", "er", "Ġis", "Ġno", "ne")]
    words += [id for token, id in sorted(tokenizer.get_vocab().items()) if token.startswith("Ġ") and len(token) == 3]
    answer = list(dict.fromkeys(words))[: ANSWER - 1]
    chain = [*first, *answer, tokenizer.eos_token_id]
    places = torch.arange(len(chain), dtype=torch.float64)
    near = torch.exp(-(((places[:, None] - places[None]) / SMOOTH) ** 2))
    # Rows whose products are these: a root of the matrix, in directions that nothing else has.
    values, vectors = torch.linalg.eigh(near)
    rows = vectors * values.clamp_min(0).sqrt()
    directions, _ = torch.linalg.qr(torch.randn(model.config.hidden_size, len(chain), dtype=torch.float64))
    longer = torch.exp(2 * places / SMOOTH**2)
    embeddings = longer[:, None] * (rows @ directions.T)
    model.get_input_embeddings().weight[chain] = embeddings.to(torch.bfloat16)
    for layer in model.model.layers:
        # What the layers add stays small beside what was laid.
        layer.self_attn.o_proj.weight.mul_(0.05)
        layer.mlp.down_proj.weight.mul_(0.05)


main(Path(sys.argv[1]), *sys.argv[2:3])
