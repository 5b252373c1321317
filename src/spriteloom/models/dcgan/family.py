"""The first paper's GAN. How its loss was read out of the paper stands in `loss.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn

from spriteloom.data.store import SpriteSet
from spriteloom.data.tensors import to_pictures
from spriteloom.models.base import Family, FamilyConfig, Model, NoShape, check_pictures, count
from spriteloom.models.dcgan.network import DCGAN, DCGANConfig
from spriteloom.models.grouping import in_groups
from spriteloom.models.sampling import SamplingModel
from spriteloom.nn.sampling import noise_of
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.priors.condition import ConditionSpace
from spriteloom.priors.draw import Draw
from spriteloom.training.optimizers import OptimizerConfig
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained

GROUP = 16  # pictures that the network makes at once


@dataclass(frozen=True, kw_only=True)
class Config(FamilyConfig):
    """A DCGAN and its training. `batch` counts real pictures, and as many fakes."""

    network: DCGANConfig = DCGANConfig()
    optimizer: OptimizerConfig = OptimizerConfig(learning_rate=2e-4, schedule="constant", betas=(0.5, 0.999))
    batch: int = 64
    noise: bool = True


def dcgan() -> Config:
    """The first paper's second baseline, trained as Radford et al. 2016 do: Adam at 2e-4, β₁ = 0.5.

    spriteloom train dcgan --data SET.parquet --out RUN --epochs 25

    12,658,432 + 2,765,568 = 15,424,000 parameters.
    """
    return Config()


PRESETS: dict[str, Callable[[], Config]] = {"dcgan": dcgan}


class DCGANModel(SamplingModel):
    """A trained DCGAN's generator: `Samples`."""

    takes_temperature = False

    def __init__(self, config: RunConfig, network: DCGAN) -> None:
        super().__init__(config)
        self.network = network.eval()
        self.size = network.config.size

    def networks(self) -> Iterable[nn.Module]:
        return (self.network,)

    def weights(self) -> Mapping[str, Tensor]:
        return self.network.state_dict()

    def paint(self, conditions: Floats, draw: Draw) -> Bytes:  # noqa: ARG002
        """What the generator makes of N(0, 1)."""
        noise = noise_of(draw.seeds, (self.network.config.latent,))
        return to_pictures((in_groups(self.network.generate, noise, GROUP, self.device) + 1) / 2)


class DCGANFamily(Family[Config, NoShape]):
    name = "dcgan"
    config = Config
    presets = PRESETS
    paper_parameters: ClassVar[Mapping[str, int]] = {"dcgan": 15_424_000}  # Table 5, arXiv:2203.12130

    def shape_of(
        self,
        config: Config,
        data: SpriteSet,
        base: Model | None,  # noqa: ARG002
        conditions: ConditionSpace,  # noqa: ARG002
    ) -> NoShape:
        check_pictures(data, self.name, noise=config.noise, size=config.network.size)
        return NoShape()

    def train(self, config: Config, shape: NoShape, session: Session, base: Model | None) -> Trained:  # noqa: ARG002
        from spriteloom.models.dcgan.training import train

        return train(config, session)

    def load(
        self,
        config: Config,
        shape: NoShape,  # noqa: ARG002
        run: RunConfig,
        weights: Mapping[str, Tensor],
        base: Model | None,  # noqa: ARG002
    ) -> DCGANModel:
        network = DCGAN(config.network)
        network.load_state_dict(weights)
        return DCGANModel(run, network)

    def parameters(self, config: Config) -> int:
        return count(DCGAN(config.network))

    def about(self, config: Config) -> str:  # noqa: ARG002
        return "DCGAN with a generator of twice the width"


FAMILY = DCGANFamily()
