"""The train step of SparseChem's network in torch on one thread: what the train bench is compared with.

First line in: {"hidden", "tasks", "inputs", "dropout"}. Then a minibatch per line: {"compounds", "bits", "owners": the
compound of each bit, "cells": compound x tasks + task, "targets", "weights"}; writes {"milliseconds": CPU time of the
step, "loss"}. Input tensors are made before the clock starts.
"""
import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import torch
from torch.nn import functional

torch.set_num_threads(1)
torch.manual_seed(1)
print(json.dumps({"version": torch.__version__}), flush=True)

about = json.loads(sys.stdin.readline())
print(json.dumps({}), flush=True)
weight = torch.nn.init.xavier_uniform_(torch.empty(about["inputs"], about["hidden"])).requires_grad_()
bias = torch.full((about["hidden"],), 0.1).requires_grad_()
head = torch.nn.init.xavier_uniform_(torch.empty(about["tasks"], about["hidden"])).requires_grad_()
head_bias = torch.full((about["tasks"],), 0.1).requires_grad_()
optimiser = torch.optim.Adam([weight, bias, head, head_bias], lr=1e-3)

for line in sys.stdin:
    batch = json.loads(line)
    size = batch["compounds"]
    ones = torch.ones(len(batch["bits"]))
    inputs = torch.sparse_coo_tensor([batch["owners"], batch["bits"]], ones, (size, about["inputs"])).coalesce()
    cells = torch.tensor(batch["cells"])
    targets, weights = (torch.tensor(batch[name], dtype=torch.float32) for name in ("targets", "weights"))

    started = time.process_time()
    units = functional.dropout(functional.relu(torch.sparse.mm(inputs, weight) + bias), about["dropout"])
    logits = functional.linear(units, head, head_bias).view(-1)[cells]
    loss = (functional.binary_cross_entropy_with_logits(logits, targets, reduction="none") * weights).sum()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    print(json.dumps({"milliseconds": 1000 * (time.process_time() - started), "loss": loss.item()}), flush=True)
