#!/bin/sh
# Everything there is to know about a GPU, in one call, on a machine with a GPU, a C++ compiler and CMake (no
# Node): builds the engine, runs every operation and every published model on the card, and measures random
# RWKV-7 models of the released sizes.
#
#   native/scripts/gpu-check.sh [--device cuda] [--build DIR] [--out DIR] [--sizes "0.1B 0.4B 1.5B 2.9B 7.2B"]
#                               [--types "bf16 q8 q4"] [--quick] [--tiny] [--sanitize]
#
# --quick measures only the two smallest sizes; --tiny, whose figures mean nothing, runs every line of this script
# in a minute, on the emulated device too; --sanitize runs the operations under compute-sanitizer as well.
# Writes OUT/gpu-check.json and OUT/gpu-check.txt. Exit status: 0 all is right, 1 something differs or could not be
# measured, 2 it could not be run.
set -eu

device=cuda
build=
out=
sizes="0.1B 0.4B 1.5B 2.9B 7.2B"
types="bf16 q8 q4"
batches="1 8 64"
prompt=512
long=4096
gen=128
long_gen=16
repeat=5
sanitize=0
while [ $# -gt 0 ]; do
  case "$1" in
    --device | --build | --out | --sizes | --types)
      [ $# -gt 1 ] || { echo "$1 wants a value." >&2; exit 2; }
      eval "${1#--}=\$2"
      shift 2
      ;;
    --quick) sizes="0.1B 0.4B"; shift ;;
    --tiny) sizes=tiny; batches="1 2 4"; prompt=24; long=80; gen=4; long_gen=2; repeat=2; shift ;;
    --sanitize) sanitize=1; shift ;;
    *) sed -n '2,14s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done

native=$(cd "$(dirname "$0")/.." && pwd)
: "${build:=$native/build-gpu-check}"
: "${out:=$build/gpu-check}"
mkdir -p "$build" "$out/models"
json=$out/gpu-check.json
table=$out/gpu-check.txt
failed=0

say() { printf '%s\n' "$*" | tee -a "$table"; }
: >"$table"

# ---- build ----
cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 4)
cuda=OFF
architecture=
case "$device" in
  cuda*)
    cuda=ON
    # Only what the cards in this machine run: all architectures take minutes.
    if command -v nvidia-smi >/dev/null 2>&1; then
      architecture=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader | tr -d '. ' | sort -u | tr '\n' ';')
      architecture=${architecture%;}
      say "$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader)"
    fi
    ;;
esac
if ! cmake -S "$native" -B "$build" -DCMAKE_BUILD_TYPE=Release -DROOST_ADDON=OFF "-DROOST_CUDA=$cuda" \
  ${architecture:+"-DROOST_CUDA_ARCHITECTURES=$architecture"} >"$out/configure.log" 2>&1 ||
  ! cmake --build "$build" -j "$cores" --target roost-engine roost-make-model gpu_operators_test \
    gpu_emulated_device_test model_gpu_fixtures_test >"$out/build.log" 2>&1; then
  tail -n 20 "$out/configure.log" "$out/build.log" >&2 || true
  exit 2
fi
engine=$build/bin/roost-engine

# value FILE KEY: the first number or string of that key. The files are our own, one object each.
value() { grep -o "\"$2\": *[^,}]*" "$1" | head -n 1 | cut -d : -f 2 | tr -d '" '; }

# ---- what it is, and whether it computes rightly ----
"$engine" devices >"$out/devices.json" || exit 2
say "Devices: $(cat "$out/devices.json")"
revision=$(git -C "$native" rev-parse --short HEAD 2>/dev/null || echo unknown)
printf '{"revision":"%s","date":"%s","device":"%s","devices":%s' "$revision" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
  "$device" "$(cat "$out/devices.json")" >"$json"

if "$engine" selftest --device "$device" >"$out/selftest.json" 2>"$out/selftest.log"; then
  say "Operations: all within their bounds"
else
  failed=1
  say "Operations: NOT all within their bounds, see $out/selftest.json and selftest.log"
fi
[ -s "$out/selftest.json" ] && printf ',"selftest":%s' "$(cat "$out/selftest.json")" >>"$json"

if ROOST_TEST_DEVICE=$device "$build/bin/model_gpu_fixtures_test" >"$out/fixtures.log" 2>&1; then
  say "Published models: all agree"
  printf ',"fixtures":true' >>"$json"
else
  failed=1
  say "Published models: NOT all agree, see $out/fixtures.log"
  printf ',"fixtures":false' >>"$json"
fi

if [ "$sanitize" = 1 ]; then
  for tool in memcheck racecheck initcheck synccheck; do
    if compute-sanitizer --tool "$tool" --error-exitcode 9 "$engine" selftest --device "$device" \
      >"$out/sanitizer-$tool.log" 2>&1; then
      say "compute-sanitizer $tool: nothing found"
    else
      failed=1
      say "compute-sanitizer $tool: FOUND SOMETHING, see $out/sanitizer-$tool.log"
    fi
  done
fi

# ---- how fast it is ----
shape() {
  case "$1" in
    tiny) echo "--layers 2 --width 128 --vocab 512 --ranks 32,32,16,32 --no-vocabulary" ;;
    0.1B) echo "--layers 12 --width 768 --ranks 64,64,32,128" ;;
    0.4B) echo "--layers 24 --width 1024 --ranks 64,64,32,128" ;;
    1.5B) echo "--layers 24 --width 2048 --ranks 96,96,64,256" ;;
    2.9B) echo "--layers 32 --width 2560 --ranks 96,96,64,320" ;;
    7.2B) echo "--layers 32 --width 4096 --ranks 128,128,96,480" ;;
    *) echo "unknown size $1" >&2; exit 2 ;;
  esac
}

printf ',"benches":[' >>"$json"
separator=
say ""
say "$(printf '%-5s %-5s %6s %6s %14s %9s %14s %9s %10s %12s' size type batch prompt 'prefill tok/s' 'Tflop/s' \
  'decode tok/s' 'GB/s' 'of memory' 'snapshot ms')"
# bench SIZE TYPE BATCH PROMPT GEN MODEL
bench() {
  if ! "$engine" bench "$6" --device "$device" --weights "$2" --batch "$3" --prompt "$4" --gen "$5" --repeat "$repeat" \
    >"$out/bench.json" 2>"$out/bench.log"; then
    failed=1
    say "$(printf '%-5s %-5s %6s  failed: %s' "$1" "$2" "$3" "$(tail -n 1 "$out/bench.log")")"
    return
  fi
  say "$(printf '%-5s %-5s %6s %6s %14.0f %9.1f %14.1f %9.1f %10.3f %12.2f' "$1" "$2" "$3" "$4" \
    "$(value "$out/bench.json" prefill_tok_s)" \
    "$(value "$out/bench.json" arithmetic_gop_s | awk '{ print $1 / 1000 }')" \
    "$(value "$out/bench.json" decode_tok_s)" "$(value "$out/bench.json" bandwidth_gb_s)" \
    "$(value "$out/bench.json" bandwidth_fraction)" "$(value "$out/bench.json" snapshot_save_ms)")"
  printf '%s{"size":"%s","weights":"%s","figures":%s}' "$separator" "$1" "$2" "$(cat "$out/bench.json")" >>"$json"
  separator=,
}

for size in $sizes; do
  model=$out/models/$size.safetensors
  # shellcheck disable=SC2046
  if ! "$build/bin/roost-make-model" "$model" --type bf16 $(shape "$size") >"$out/make-model.log" 2>&1; then
    failed=1
    say "$size: could not be made: $(tail -n 1 "$out/make-model.log")"
    continue
  fi
  for type in $types; do
    for batch in $batches; do bench "$size" "$type" "$batch" "$prompt" "$gen" "$model"; done
    bench "$size" "$type" 1 "$long" "$long_gen" "$model"
  done
  rm -f "$model"
done
printf '],"passed":%s}\n' "$([ "$failed" = 0 ] && echo true || echo false)" >>"$json"
say ""
say "$json"
exit "$failed"
