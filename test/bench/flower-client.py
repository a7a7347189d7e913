"""The vector work of a Flower SecAgg+ client in numpy, after its public description: what the aggregation bench is compared with.

Stochastic quantisation to integers, the weight of the client's examples, a private mask and one mask for each other
client, each drawn from numpy's generator under a 32-bit seed as 64-bit integers, the modulus, and the bytes of the
upload. Key agreement, secret sharing and encryption of the shares are left out, in its favour.

Reads {"numbers": N, "clients": n} a line, writes {"milliseconds": CPU time, "bytes": of the upload}.
"""
import io
import json
import sys
import time

import numpy as np

CLIP = 8.0
TARGET = 1 << 22
MODULUS = 1 << 32

change = {}


def client_step(vector, clients):
    weight = 500
    scaled = (np.clip(vector, -CLIP, CLIP) + CLIP) * (TARGET / (2 * CLIP))
    rounded = np.ceil(scaled).astype(np.int32)
    rounded[np.random.rand(*rounded.shape) < rounded - scaled] -= 1
    masked = rounded.astype(np.int64) * weight
    for other in range(clients):  # the first is the private mask, the others one for each pair
        np.random.seed((12345 + other) & 0xFFFFFFFF)
        mask = np.random.randint(0, MODULUS - 1, masked.shape, dtype=np.int64)
        masked = masked + mask if other % 2 == 0 else masked - mask
    masked = np.mod(masked, MODULUS)
    buffer = io.BytesIO()
    np.save(buffer, masked, allow_pickle=False)
    return len(buffer.getvalue())


print(json.dumps({"version": np.__version__}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    if asked["numbers"] not in change:
        change[asked["numbers"]] = (np.random.rand(asked["numbers"]) - 0.5).astype(np.float32)
    started = time.process_time()
    size = client_step(change[asked["numbers"]], asked["clients"])
    print(json.dumps({"milliseconds": (time.process_time() - started) * 1000, "bytes": size}), flush=True)
