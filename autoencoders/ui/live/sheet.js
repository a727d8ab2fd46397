// Sheets of decoded pictures, and the blending between their nodes that runs on every frame.

/**
 * Nodes of a sheet from the RGBA pixels of its encoded image: Uint8Array (rows * cols, H * W * C),
 * node by node, each picture in its own row-major order.
 */
export function nodesFromPixels(rgba, header) {
  const { rows, cols, layout, tile } = header;
  const [height, width, channels] = tile;
  const nodes = new Uint8Array(rows * cols * height * width * channels);
  const stride = cols * width * 4;
  const [nodeRow, nodeCol, pixelRow, pixelCol] =
    layout === "fields"
      ? [stride, 4, rows * stride, cols * 4]
      : [height * stride, width * 4, stride, 4];
  let to = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const node = i * nodeRow + j * nodeCol;
      for (let y = 0; y < height; y++) {
        let from = node + y * pixelRow;
        for (let x = 0; x < width; x++, from += pixelCol) {
          for (let c = 0; c < channels; c++) nodes[to++] = rgba[from + c];
        }
      }
    }
  }
  return nodes;
}

/** Decode an encoded image to RGBA pixels as they were written: no colour management, no alpha. */
export async function pixelsFromImage(bytes, mime) {
  const bitmap = await createImageBitmap(new Blob([bytes], { type: mime }), {
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  });
  const { width, height } = bitmap;
  const canvas =
    typeof OffscreenCanvas === "undefined"
      ? Object.assign(document.createElement("canvas"), { width, height })
      : new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, width, height).data;
}

let worker = null;
const waiting = new Map();

function sheetWorker() {
  if (worker || typeof Worker === "undefined" || typeof OffscreenCanvas === "undefined")
    return worker;
  try {
    worker = new Worker(new URL("./sheet_worker.js", import.meta.url), { type: "module" });
  } catch {
    return null; // Not allowed here: the main thread does the work.
  }
  worker.onmessage = ({ data }) => {
    waiting.get(data.id)?.(data.nodes);
    waiting.delete(data.id);
  };
  worker.onerror = () => {
    for (const finish of waiting.values()) finish(null);
    waiting.clear();
    worker = null;
  };
  return worker;
}

/** Decode a packed sheet's payload off the main thread where that is possible. */
async function decodeNodes(header, payload) {
  const helper = sheetWorker();
  if (helper) {
    const id = crypto.getRandomValues(new Uint32Array(1))[0];
    const bytes = payload.slice();
    const nodes = await new Promise((finish) => {
      waiting.set(id, finish);
      helper.postMessage({ id, header, bytes }, [bytes.buffer]);
    });
    if (nodes) return nodes;
  }
  return nodesFromPixels(await pixelsFromImage(payload, header.mime), header);
}

/** Cubic Catmull-Rom weights of the four nodes around a place `t` (0..1) between the middle two. */
function catmullRom(t, weights) {
  const t2 = t * t;
  const t3 = t2 * t;
  weights[0] = 0.5 * (-t3 + 2 * t2 - t);
  weights[1] = 0.5 * (3 * t3 - 5 * t2 + 2);
  weights[2] = 0.5 * (-3 * t3 + 4 * t2 + t);
  weights[3] = 0.5 * (t3 - t2);
}

/** Linear weights of the same four nodes: the outer two count for nothing. */
function linear(t, weights) {
  weights[0] = weights[3] = 0;
  weights[1] = 1 - t;
  weights[2] = t;
}

const HUGE = 2 ** 16; // Numbers of a picture beyond which a frame has time for four nodes, not 16.

/** A sheet ready to be blended. Nothing is allocated while blending. */
export class Sheet {
  constructor(header, nodes) {
    this.header = header;
    this.nodes = nodes;
    [this.height, this.width, this.channels] = header.tile;
    this.size = this.height * this.width * this.channels;
    this.sum = new Float32Array(this.size);
    this.weigh = this.size > HUGE ? linear : catmullRom;
    this.wx = new Float32Array(4);
    this.wy = new Float32Array(4);
  }

  static async open(header, payload) {
    return new Sheet(header, await decodeNodes(header, payload));
  }

  addNode(node, weight) {
    const { sum, nodes, size } = this;
    for (let from = node * size, k = 0; k < size; k++, from++) sum[k] += weight * nodes[from];
  }

  /** Blend the picture at code (x, y) into `sum` (H * W * C, 0..255, not yet clamped). */
  blendAt(x, y) {
    const { rows, cols, extent } = this.header;
    const [x0, x1, y0, y1] = extent;
    const u = Math.min(Math.max(((x - x0) / (x1 - x0)) * (cols - 1), 0), cols - 1);
    const v = Math.min(Math.max(((y1 - y) / (y1 - y0)) * (rows - 1), 0), rows - 1);
    const j = Math.min(Math.floor(u), Math.max(cols - 2, 0));
    const i = Math.min(Math.floor(v), Math.max(rows - 2, 0));
    this.weigh(u - j, this.wx);
    this.weigh(v - i, this.wy);
    this.sum.fill(0);
    for (let a = 0; a < 4; a++) {
      const row = Math.min(Math.max(i + a - 1, 0), rows - 1);
      for (let b = 0; b < 4; b++) {
        const weight = this.wy[a] * this.wx[b];
        if (weight === 0) continue;
        const col = Math.min(Math.max(j + b - 1, 0), cols - 1);
        this.addNode(row * cols + col, weight);
      }
    }
    return this.sum;
  }

  /** Blend linearly at frame position `t` (0..frames - 1) of a strip into `sum`. */
  blendFrame(t) {
    const last = this.header.rows * this.header.cols - 1;
    const at = Math.min(Math.max(t, 0), last);
    const first = Math.min(Math.floor(at), Math.max(last - 1, 0));
    this.sum.fill(0);
    if (1 - (at - first) > 0) this.addNode(first, 1 - (at - first));
    if (at > first) this.addNode(first + 1, at - first);
    return this.sum;
  }
}

/** A canvas of the picture's own size with a buffer that is written again and again. */
export class PictureCanvas {
  constructor(canvas, [height, width, channels]) {
    canvas.width = width;
    canvas.height = height;
    this.canvas = canvas;
    this.channels = channels;
    this.context = canvas.getContext("2d", { willReadFrequently: true });
    this.image = this.context.createImageData(width, height);
    this.words = new Uint32Array(this.image.data.buffer);
  }

  /** Draw values 0..255 (H * W * C; clamped and rounded here), grey or colour. */
  draw(values, offset = 0) {
    const { words, channels } = this;
    if (channels === 1) {
      for (let p = 0; p < words.length; p++) {
        const v = values[offset + p];
        const grey = v <= 0 ? 0 : v >= 255 ? 255 : (v + 0.5) | 0;
        words[p] = 0xff000000 | (grey * 0x010101);
      }
    } else {
      const bytes = this.image.data; // A clamped array: it rounds and clamps by itself.
      for (let p = 0, k = offset; p < bytes.length; p += 4, k += 3) {
        bytes[p] = values[k];
        bytes[p + 1] = values[k + 1];
        bytes[p + 2] = values[k + 2];
        bytes[p + 3] = 255;
      }
    }
    this.context.putImageData(this.image, 0, 0);
  }
}
