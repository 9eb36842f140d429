#!/usr/bin/env bash
# Seconds of whole merges at Qwen2.5-0.5B shape against the floor (reading three inputs, writing one output), each method's share,
# and a loop of torch where a Python has it. Everything runs in turn; with AVX-512 a second table is made without it.
# usage: whole-merge.sh [ROUNDS] [METHODS]   (inputs in $TMPDIR, which should not be tmpfs; output in /dev/shm)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rounds=${1:-5} methods=${2-}
tool=artifacts/whole-merge/tool
dotnet publish src/TaskArithmetic.Tool -c Release -o "$tool" --verbosity quiet
dotnet build benchmarks/TaskArithmetic.Benchmarks -c Release --verbosity quiet
for python in /usr/bin/python3 python3; do
    if "$python" -c 'import torch' 2>/dev/null; then torch=(--torch "$python"); break; fi
done
run() {
    dotnet artifacts/bin/TaskArithmetic.Benchmarks/release/TaskArithmetic.Benchmarks.dll whole-merge --tool "$tool/TaskArithmetic.Tool.dll" \
        --runs "$rounds" --inputs "${TMPDIR:-/tmp}" --dir /dev/shm --methods "$methods" "${torch[@]+"${torch[@]}"}"
}
run
if grep -qw avx512f /proc/cpuinfo; then
    echo
    DOTNET_EnableAVX512=0 run
fi
