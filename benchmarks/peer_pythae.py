"""pythae's half of ``bench peer``: run by an interpreter of an environment that has pythae.

Takes a folder with ``asked.json``, ``train.npy``, ``validation.npy`` and ``test.npy`` (float32
``(N, 1, 28, 28)``, 0..1) and writes ``answer.json``. Nothing here imports Hourglass.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from pythae.models import AE, VAE, AEConfig, VAEConfig
from pythae.pipelines import TrainingPipeline
from pythae.trainers import BaseTrainerConfig


def main(folder: Path) -> None:
    """Train what was asked for and say how long it took and how well test pictures come back."""
    asked = json.loads((folder / "asked.json").read_text())
    torch.set_num_threads(asked["threads"])
    torch.manual_seed(0)
    parts = {name: np.load(folder / f"{name}.npy") for name in ("train", "validation", "test")}
    settings = {"input_dim": (1, 28, 28), "latent_dim": asked["code_size"]}
    model = AE(AEConfig(**settings)) if asked["family"] == "ae" else VAE(VAEConfig(**settings))
    pipeline = TrainingPipeline(
        model=model,
        training_config=BaseTrainerConfig(
            output_dir=str(folder / "run"),
            num_epochs=asked["epochs"],
            per_device_train_batch_size=asked["batch_size"],
            per_device_eval_batch_size=asked["batch_size"],
            learning_rate=asked["learning_rate"],
            no_cuda=True,
        ),
    )
    began = time.perf_counter()
    pipeline(train_data=parts["train"], eval_data=parts["validation"])
    seconds = time.perf_counter() - began
    # The pipeline's model holds the best weights on the validation pictures, or the last ones. A
    # variational code is its mean: pythae's own ``reconstruct`` would draw one.
    model = pipeline.trainer.model.eval().cpu()
    errors = []
    with torch.inference_mode():
        for start in range(0, len(parts["test"]), 1000):
            batch = torch.from_numpy(parts["test"][start : start + 1000])
            rebuilt = model.decoder(model.encoder(batch).embedding).reconstruction
            errors.append(float((rebuilt.reshape(batch.shape) - batch).square().mean()))
    answer = {"seconds": seconds, "mse": float(np.mean(errors))}
    (folder / "answer.json").write_text(json.dumps(answer))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
