# What one would call by hand: baseline.sh PYTHON LLAMA_CPP MODEL OUT OLLAMA; OUT has a Modelfile.
set -e
"$1" "$(dirname "$0")/named_vocabulary.py" "$2" "$3" --outtype q8_0 --outfile "$4/half.gguf"
echo '{"part":"convert"}'
"$5" create half -f "$4/Modelfile"
echo '{"part":"create"}'
