"""What people write by hand: target + 0.7 * (grpo - sft) over three safetensors files. Usage: torch_merge.py FOLDER OUTPUT"""
import json
import mmap
import sys
import torch

folder, output = sys.argv[1:]


def tensors(model):
    file = open(f"{folder}/{model}/model.safetensors", "rb")
    data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    start = 8 + length
    return data[:start], {
        name: torch.frombuffer(data, dtype=torch.bfloat16, count=(t["data_offsets"][1] - t["data_offsets"][0]) // 2, offset=start + t["data_offsets"][0])
        for name, t in sorted(header.items(), key=lambda item: item[1].get("data_offsets", [0])[0]) if name != "__metadata__"}


(prefix, target), (_, sft), (_, grpo) = (tensors(m) for m in ("target", "sft", "grpo"))
with open(output, "wb") as out:
    out.write(prefix)
    for name, t in target.items():
        merged = t.float() + 0.7 * (grpo[name].float() - sft[name].float())
        out.write(merged.to(torch.bfloat16).view(torch.int16).numpy().tobytes())
