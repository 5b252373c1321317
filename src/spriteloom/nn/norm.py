"""BatchNorm whose statistics are those of the whole batch, however many processes share it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from spriteloom.nn.processes import total, world_size


class BatchNorm2d(nn.BatchNorm2d):
    """PyTorch's own in one process. `nn.SyncBatchNorm` does the same on GPUs alone."""

    def forward(self, x: Tensor) -> Tensor:
        """(b, c, h, w) → the same shape."""
        if not self.training or world_size() == 1:
            return super().forward(x)
        with torch.autocast(x.device.type, enabled=False):
            wide = x.float()
            count = total(wide.new_tensor(wide.numel() / wide.shape[1]))
            mean = total(wide.sum((0, 2, 3))) / count
            centred = wide - mean[:, None, None]
            var = total(centred.square().sum((0, 2, 3))) / count
            self._update_running(mean.detach(), var.detach() * count / (count - 1).clamp(min=1))
            scale = self.weight * torch.rsqrt(var + self.eps)
            return (centred * scale[:, None, None] + self.bias[:, None, None]).to(x.dtype)

    @torch.no_grad()
    def _update_running(self, mean: Tensor, var: Tensor) -> None:
        assert self.running_mean is not None and self.running_var is not None
        assert self.num_batches_tracked is not None
        self.num_batches_tracked += 1
        momentum = 1 / float(self.num_batches_tracked) if self.momentum is None else self.momentum
        self.running_mean.lerp_(mean, momentum)
        self.running_var.lerp_(var, momentum)
