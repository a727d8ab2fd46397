// A restoration as a scene: what its link holds, what is taken away of it, and the way back.
import { partsOf } from "./address.js";
import { LEVELS_END } from "./noise.js";

/** The parts of the scene; `base` is the picture's base code, `at` where the slider stands. */
export function sceneOf({ item, kind, noisy }, base, model, at) {
  const noise = model.denoises && !noisy ? [kind, at * LEVELS_END] : null;
  return { ...partsOf(item, base, model.name), noise };
}

/** What the server is told of what stands on the page. */
export function takenFrom({ item, crop, kind, noisy }, model, at) {
  const noise = model.denoises && !noisy ? { kind, level: at * LEVELS_END } : {};
  return { what: "restoration", item, crop, ...noise };
}

/** What a link's scene changes of the state; without noise, the picture is to be taken as it is. */
export function changeFrom({ noise }, item, model) {
  const change = { item, crop: null };
  if (!model.denoises) return change;
  if (!noise) return { ...change, noisy: true };
  const [kind, level] = noise;
  return { ...change, noisy: false, kind, at: Math.min(level / LEVELS_END, 1) };
}
