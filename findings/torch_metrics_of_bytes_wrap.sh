#!/usr/bin/env bash
# The errors between two mattes of bytes, one of 100 and one of 200 all over, by the three libraries of metrics for
# PyTorch: TorchMetrics, Ignite and TorchEval.
#
# Guessed: 100 and 10000, as means are floats; or bytes are refused, as several others of their metrics do.
# True:    the difference is taken in bytes and wraps. TorchMetrics: mean squared error 16, mean absolute error 156 one
# way and 100 the other, mean absolute percentage error .78 in place of .5. TorchEval: mean squared error 16, and a PSNR
# of 36.1 in place of 8.1, the PSNR of a good result. Ignite: mean absolute error 156 likewise, and mean squared error
# 16. The PSNR of TorchMetrics and of Ignite is right. Nothing is raised.
# Matters: the further off a prediction is, the better its score can be, and which network is the best is decided by the
# remainder. Turn both into floats first.
# Versions: numpy 2.4.6 pytorch-ignite 0.5.5 torch 2.15.0 torcheval 0.0.7 torchmetrics 1.9.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pytorch-ignite==0.5.5 torch==2.15.0 \
  torcheval==0.0.7 torchmetrics==1.9.0
"$place/venv/bin/python" - <<'PYTHON'
import warnings

warnings.simplefilter("ignore")
import ignite.metrics
import torch
import torcheval.metrics.functional as torcheval
import torchmetrics.functional as torchmetrics


def by_ignite(metric):
    def error(found, true):
        metric.reset()
        metric.update((found, true))
        return metric.compute()

    return error


def psnr(found, true):
    return torcheval.peak_signal_noise_ratio(found.reshape(1, 1, 2, 2), true.reshape(1, 1, 2, 2), data_range=255.0)


one, other = torch.full((4,), 100, dtype=torch.uint8), torch.full((4,), 200, dtype=torch.uint8)
expected = {
    "TorchMetrics squared": (torchmetrics.mean_squared_error, 16, 16, 10000),
    "TorchMetrics absolute": (torchmetrics.mean_absolute_error, 156, 100, 100),
    "TorchMetrics percentage": (torchmetrics.mean_absolute_percentage_error, 0.78, 1, 0.5),
    "TorchEval squared": (torcheval.mean_squared_error, 16, 16, 10000),
    "TorchEval PSNR": (psnr, 36.09, 36.09, 8.13),
    "Ignite squared": (by_ignite(ignite.metrics.MeanSquaredError()), 16, 16, 10000),
    "Ignite absolute": (by_ignite(ignite.metrics.MeanAbsoluteError()), 156, 100, 100),
}
for name, (metric, there, back, true) in expected.items():
    found = [float(metric(a, b)) for a, b in ((one, other), (other, one), (one.float(), other.float()))]
    print(name, "there, back and of floats", found)
    assert all(abs(a - b) < 0.01 for a, b in zip(found, (there, back, true), strict=True))
print("still so")
PYTHON
