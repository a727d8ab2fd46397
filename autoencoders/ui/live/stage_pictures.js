// A stage as one square picture: the picture itself, maps side by side, numbers as bars or cells.
import { colourOf, drawMap, isPicture, shownOf } from "./passage.js";

export const SIDE = 400; // Pixels of the canvas: about as many as it is shown with.
export const FEW = 256; // So many numbers at most are bars; more are cells.
const IN_A_ROW = 64; // Bars.
const INK = "#f2ede2";
const FAINT = "rgba(242, 237, 226, 0.32)";
const MARK = "#ffb000";

/** What the code's own picture needs of the model: places of test pictures, names of landmarks. */
export class StagePictures {
  constructor(landmarks) {
    this.landmarks = landmarks;
    this.places = null;
  }

  /** The picture of a stage, drawn when it is first wanted. */
  of(stage) {
    if (stage.picture && stage.pictureOf === this.places) return stage.picture;
    const canvas = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.fillStyle = "#000";
    context.fillRect(0, 0, SIDE, SIDE);
    if (stage.maps) drawMaps(context, stage);
    else if (stage.part === "code" && stage.count <= 2 && this.places) this.drawPlace(context, stage);
    else drawNumbers(context, stage);
    Object.assign(stage, { picture: canvas, pictureOf: this.places });
    return canvas;
  }

  /** A code of one or two numbers, among those of the test pictures. */
  drawPlace(context, { values }) {
    const { places } = this;
    const [cx, cy, half] = squareAround(places, values);
    const margin = 24;
    const at = (x, y) => [
      margin + ((x - cx + half) / (2 * half)) * (SIDE - 2 * margin),
      margin + ((cy - y + half) / (2 * half)) * (SIDE - 2 * margin),
    ];
    context.fillStyle = FAINT;
    const every = Math.max(1, Math.floor(places.length / 2 / 4000));
    for (let k = 0; k < places.length; k += 2 * every) {
      const [x, y] = at(places[k], places[k + 1]);
      context.fillRect(x - 1, y - 1, 2, 2);
    }
    context.font = "650 18px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    for (const [name, x, y] of this.landmarks) outlined(context, name, ...at(x, y), INK);
    const [x, y] = at(values[0], values[1] ?? 0);
    context.beginPath();
    context.arc(x, y, 10, 0, 2 * Math.PI);
    context.lineWidth = 8;
    context.strokeStyle = "#000";
    context.stroke();
    context.lineWidth = 4;
    context.strokeStyle = MARK;
    context.stroke();
    context.font = "650 19px system-ui, sans-serif";
    const said = Array.from(values, (value) => value.toFixed(2)).join(", ");
    const beside = Math.min(Math.max(x, 72), SIDE - 72);
    outlined(context, said, beside, y < SIDE / 2 ? y + 30 : y - 30, MARK);
  }
}

function outlined(context, text, x, y, colour) {
  context.lineWidth = 5;
  context.strokeStyle = "#000";
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

/** A square around places and a code: its middle and half its side. */
function squareAround(places, values) {
  let [x0, x1, y0, y1] = [values[0], values[0], values[1] ?? 0, values[1] ?? 0];
  for (let k = 0; k < places.length; k += 2) {
    x0 = Math.min(x0, places[k]);
    x1 = Math.max(x1, places[k]);
    y0 = Math.min(y0, places[k + 1]);
    y1 = Math.max(y1, places[k + 1]);
  }
  return [(x0 + x1) / 2, (y0 + y1) / 2, (Math.max(x1 - x0, y1 - y0) || 1) * 0.5];
}

function drawMaps(context, stage) {
  if (isPicture(stage)) {
    const by = SIDE / Math.max(stage.width, stage.height);
    const [width, height] = [stage.width * by, stage.height * by];
    return drawMap(context, stage, 0, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
  }
  const shown = shownOf(stage);
  const columns = Math.ceil(Math.sqrt(shown.length));
  const cell = SIDE / columns;
  const gap = Math.min(Math.max(cell / 12, 3), 8);
  const rows = Math.ceil(shown.length / columns);
  const top = ((columns - rows) * cell) / 2;
  shown.forEach((k, i) => {
    const x = Math.round((i % columns) * cell + gap / 2);
    const y = Math.round(top + Math.floor(i / columns) * cell + gap / 2);
    const side = Math.round(cell - gap);
    // A frame, so that a map of nothing but 0 is seen to be there.
    context.fillStyle = "#23262c";
    context.fillRect(x - 1, y - 1, side + 2, side + 2);
    drawMap(context, stage, k, x, y, side);
  });
}

function drawNumbers(context, stage) {
  if (stage.values.length <= FEW) drawBars(context, stage);
  else drawCells(context, stage, 0, 0, SIDE, SIDE, 2);
}

/** Numbers as bars up and down from 0, in rows. */
function drawBars(context, { values, low, high }) {
  const rows = Math.ceil(values.length / IN_A_ROW);
  const columns = Math.ceil(values.length / rows);
  const height = Math.min(SIDE / rows, 280) - 16;
  const first = (SIDE - rows * (height + 16)) / 2;
  const range = high - low || 1;
  const width = (SIDE - 24) / columns;
  values.forEach((value, k) => {
    const top = first + Math.floor(k / columns) * (height + 16) + 8;
    const zero = top + (high / range) * height;
    const x = 12 + (k % columns) * width;
    const to = top + ((high - Math.min(Math.max(value, low), high)) / range) * height;
    context.fillStyle = FAINT;
    context.fillRect(x, zero - 0.5, width, 1);
    context.fillStyle = value < 0 ? "rgb(64, 150, 255)" : INK;
    const gap = Math.min(width * 0.2, 6);
    context.fillRect(x + gap / 2, Math.min(zero, to), width - gap, Math.max(Math.abs(to - zero), 1));
  });
}

/** Numbers as coloured cells that fill a box, row by row. */
export function drawCells(context, { values, low, high }, x, y, width, height, gap = 0) {
  const count = values.length;
  const columns = Math.max(1, Math.min(count, Math.round(Math.sqrt((count * width) / height))));
  const rows = Math.ceil(count / columns);
  const [across, down] = [width / columns, height / rows];
  for (let k = 0; k < count; k++) {
    const left = x + (k % columns) * across;
    const top = y + Math.floor(k / columns) * down;
    context.fillStyle = `rgb(${colourOf(values[k], { low, high })})`;
    context.fillRect(left, top, Math.max(across - gap, 0.5), Math.max(down - gap, 0.5));
  }
}
