"""The tags of an ml-intern session, by the rules of its own tagger. Used by the two Python baselines."""

GPU_BY_FLAVOR = {
    "cpu-basic": "none",
    "cpu-upgrade": "none",
    "t4-small": "t4",
    "t4-medium": "t4",
    "l4x1": "l40s",
    "l4x4": "l40s",
    "l40sx1": "l40s",
    "l40sx4": "l40s",
    "l40sx8": "l40s",
    "a10g-small": "a10g",
    "a10g-large": "a10g",
    "a10g-largex2": "a10g",
    "a10g-largex4": "a10g",
    "a100-large": "a100",
    "a100x2": "a100",
    "a100x4": "a100",
    "a100x8": "a100",
    "h100": "h100",
    "h100x8": "h100",
}
FAMILIES = ("opus", "sonnet", "haiku", "kimi", "gpt", "deepseek", "qwen", "llama")
TRAINING_WORDS = (
    "sftconfig",
    "sfttrainer",
    "trainer(",
    "trainingarguments",
    "grpo",
    "dpo",
    ".train(",
    "transformers import",
    "trainer import",
    "fine-tune",
    "finetune",
)
COMPUTE_TOOLS = {"hf_jobs", "sandbox_create", "sandbox_exec"}
INFERENCE_TOOLS = {"inference", "generate", "run_inference"}
DATA_TOOLS = {"hf_inspect_dataset", "dataset_tools", "hub_repo_details"}
RESEARCH_TOOLS = {
    "research",
    "github_find_examples",
    "github_read_file",
    "github_list_repos",
    "hf_papers",
    "explore_hf_docs",
    "fetch_hf_docs",
    "hub_repo_details",
    "plan",
    "hf_inspect_dataset",
    "web_search",
}
DONE = {"completed", "succeeded", "success"}
NOT_DONE = {"failed", "error", "timeout", "cancelled"}


def session_tags(session):
    """Sorted tags of a session with ``model_name``, ``messages`` and ``events``."""
    events = session.get("events") or []
    tags = {f"model:{family(session.get('model_name'))}", f"turns:{turn_bucket(session.get('messages') or [])}"}
    tools, scripts, ratings = set(), [], set()
    cost, submitted = 0.0, 0
    outcome, failed = "ongoing", False
    gpus, sandbox, lifetime = set(), None, None

    for event in events:
        kind = event.get("event_type")
        data = event.get("data") or {}
        if kind == "llm_call":
            cost += float(data.get("cost_usd") or 0.0)
        elif kind == "tool_call":
            name = data.get("tool")
            if name:
                tools.add(name)
            if name == "hf_jobs":
                given = data.get("arguments") or {}
                script = given.get("script") or given.get("command") or ""
                if isinstance(script, str):
                    scripts.append(script.lower())
        elif kind == "tool_output":
            output = data.get("output")
            if isinstance(output, str):
                lowered = output.lower()
                # The two longer signals, OutOfMemoryError and "CUDA out of memory", are looked for as well.
                if "oom" in lowered or "outofmemoryerror" in lowered or "cuda out of memory" in lowered:
                    tags.add("hf_job:oom")
        elif kind == "hf_job_submit":
            submitted += 1
            if data.get("push_to_hub"):
                tags.add("hf_job:push_to_hub")
            flavor = data.get("flavor") or "cpu-basic"
            gpus.add(f"gpu:{GPU_BY_FLAVOR.get(flavor, 'none')}")
            if "x2" in flavor or "x4" in flavor or "x8" in flavor:
                gpus.add("gpu:multi")
        elif kind == "hf_job_complete":
            status = (data.get("final_status") or "").lower()
            if status in DONE:
                tags.add("hf_job:succeeded")
            elif status in NOT_DONE:
                tags.add("hf_job:failed")
        elif kind == "sandbox_create":
            tags.add("sandbox:created")
            sandbox = data.get("hardware")
        elif kind == "sandbox_destroy":
            seconds = data.get("lifetime_s")
            if isinstance(seconds, (int, float)):
                lifetime = int(seconds)
        elif kind == "feedback":
            ratings.add(data.get("rating"))
        elif kind == "error":
            failed = True
        elif kind == "turn_complete":
            if not failed:
                outcome = "completed"
        elif kind == "interrupted":
            outcome = "interrupted"
        elif kind == "compacted":
            tags.add("outcome:context_exceeded")
        elif kind == "tool_log":
            if "doom loop" in (data.get("log") or "").lower():
                tags.add("outcome:doom_loop")

    if failed and outcome == "ongoing":
        outcome = "errored"
    if len(gpus) > 1:
        gpus.discard("gpu:none")
    tags |= gpus
    tags.add(f"outcome:{outcome}")
    tags.update(f"tool:{name}" for name in tools)
    if submitted:
        tags.add("hf_job:submitted")
    if submitted > 1:
        tags.add("hf_job:multi")
    if "sandbox:created" in tags:
        if sandbox:
            tags.add("sandbox:cpu" if GPU_BY_FLAVOR.get(sandbox, "none") == "none" else "sandbox:gpu")
        if lifetime is not None and lifetime > 1800:
            tags.add("sandbox:long_lived")
    tags.add(f"feedback:{feedback(ratings)}")
    tags.add(f"cost:{'low' if cost < 0.10 else 'med' if cost < 1.0 else 'high'}")
    task = task_kind(tools, scripts)
    if task:
        tags.add(f"task:{task}")
    return sorted(tags)


def family(model):
    lowered = (model or "").lower()
    return next((name for name in FAMILIES if name in lowered), "other")


def turn_bucket(messages):
    turns = sum(1 for message in messages if message.get("role") == "user")
    return "short" if turns < 5 else "medium" if turns <= 20 else "long"


def feedback(ratings):
    if "up" in ratings and "down" in ratings:
        return "mixed"
    return "up" if "up" in ratings else "down" if "down" in ratings else "none"


def task_kind(tools, scripts):
    if any(word in script for script in scripts for word in TRAINING_WORDS):
        return "training"
    computes = bool(tools & COMPUTE_TOOLS)
    if not computes and tools & INFERENCE_TOOLS:
        return "inference"
    if not computes and tools & DATA_TOOLS:
        return "data_prep"
    return "research_only" if tools and tools <= RESEARCH_TOOLS else None
