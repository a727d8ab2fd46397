// A picture's way through a network, as the server sent it: stages, and how their numbers look.

const SHOWN = 64; // Maps of one stage that are shown at first.
const GAMMA = 0.8; // Below 1: what is small can still be seen.
const MORE = [255, 246, 226]; // The greatest numbers, and those as far below 0; 0 is black.
const LESS = [64, 150, 255];
const WORD = (r, g, b) => (0xff000000 | (b << 16) | (g << 8) | r) >>> 0; // Little-endian: ABGR.

/** Stages of an answer: what its header says of each, with its maps or values. */
export function stagesFrom({ header, arrays }) {
  return header.stages.map((told, index) => {
    const of = (name) => arrays[`${name}-${index}`];
    const maps = of("maps");
    const stage = { ...told, index, words: wordsOf(told) };
    if (!maps) return { ...stage, values: of("values").data };
    const [count, height, width] = maps.shape;
    const measures = Array.from({ length: count }, (_, k) => measured(of("measures").data, k));
    return { ...stage, maps: maps.data, sent: count, height, width, channels: of("channels").data, measures };
  });
}

function measured(data, k) {
  const [least, mean, greatest, strength, spread] = data.subarray(5 * k, 5 * k + 5);
  return { least, mean, greatest, strength, spread };
}

/** Whether a stage is a picture, in grey or colour. */
export const isPicture = ({ part }) => part === "picture" || part === "reconstruction";

/** The colour of each level 0..255 of a stage, for a canvas's words. */
function wordsOf(stage) {
  const step = (stage.high - stage.low) / 255;
  const grey = isPicture(stage);
  return Uint32Array.from({ length: 256 }, (_, level) =>
    grey ? WORD(level, level, level) : WORD(...colourOf(stage.low + level * step, stage)),
  );
}

/** The colour of a number [r, g, b]: black at 0, light above, blue below. */
export function colourOf(value, { low, high }) {
  const share = Math.min(Math.abs(value) / (Math.max(high, -low) || 1), 1) ** GAMMA;
  return (value < 0 ? LESS : MORE).map((part) => Math.round(part * share));
}

/** Which maps are shown at first, in order: all, or those of largest spread. */
export function shownOf({ measures }) {
  const order = measures.map((_, k) => k);
  if (order.length <= SHOWN) return order;
  const most = order.sort((a, b) => measures[b].spread - measures[a].spread).slice(0, SHOWN);
  return most.sort((a, b) => a - b);
}

/** A canvas with all maps of a stage below each other; a colour picture stands there once. */
export function columnOf(stage) {
  stage.column ??= isPicture(stage) && stage.sent === 3 ? inColour(stage) : inOneColumn(stage);
  return stage.column;
}

function canvasOf(width, height) {
  return Object.assign(document.createElement("canvas"), { width, height });
}

function inOneColumn({ maps, words, sent, width, height }) {
  const canvas = canvasOf(width, sent * height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const image = context.createImageData(width, sent * height);
  const out = new Uint32Array(image.data.buffer);
  for (let k = 0; k < out.length; k++) out[k] = words[maps[k]];
  context.putImageData(image, 0, 0);
  return canvas;
}

function inColour({ maps, width, height }) {
  const canvas = canvasOf(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const image = context.createImageData(width, height);
  const out = new Uint32Array(image.data.buffer);
  const size = width * height;
  for (let k = 0; k < size; k++) out[k] = WORD(maps[k], maps[size + k], maps[2 * size + k]);
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Draw one map, or a picture, of a stage into a box of a context. */
export function drawMap(context, stage, k, x, y, width, height = width) {
  const from = columnOf(stage);
  const top = from.height === stage.height ? 0 : k * stage.height;
  context.imageSmoothingEnabled = stage.width > width;
  context.drawImage(from, 0, top, stage.width, stage.height, x, y, width, height);
}
