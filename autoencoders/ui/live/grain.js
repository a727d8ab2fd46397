// The noise itself, put on a picture as the server puts it there (see noises.py).

const UNIT = 4096; // Of Gaussian noise: what stands for one deviation,
const ZERO = 32768; // and for none.

/** Put a field of noise on `clean` (H * W * C) into `out`, clipped, as the server does. */
export function putOn(out, clean, field, kind, level, channels) {
  if (kind === "gaussian") {
    const scale = (255 * level) / UNIT;
    for (let k = 0; k < out.length; k++) out[k] = clean[k] + (field[k] - ZERO) * scale;
    return out; // A clamped array: it rounds and clips by itself.
  }
  const below = 65536 * level;
  const pepper = kind === "salt_and_pepper";
  for (let p = 0, k = 0; p < field.length; p++) {
    const struck = field[p] < below;
    const colour = pepper && field[p] & 1 ? 255 : 0;
    for (let c = 0; c < channels; c++, k++) out[k] = struck ? colour : clean[k];
  }
  return out;
}
