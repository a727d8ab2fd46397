// The model's test pictures as points: who is nearest, who lies inside a drawn shape.

const CELLS = 96;

export class Points {
  /** From the points route: codes (N, 2), where each lies; mse, percentile, labels, ids (N,). */
  constructor(header, arrays, extent) {
    this.codes = arrays.codes.data;
    this.mse = arrays.mse?.data;
    this.shown = arrays.shown?.data; // How much of each code the plane shows, 0 to 1.
    this.percentile = arrays.percentile?.data;
    this.count = this.codes.length / 2;
    this.ids = arrays.ids?.data ?? Int32Array.from({ length: this.count }, (_, i) => i);
    this.colourings = header.colourings.map((way, k) => ({
      ...way,
      values: arrays[`colouring-${k}`].data,
    }));
    this.hidden = new Set();
    this.choose(0);
    this.original = Boolean(header.original);
    this.extent = extent;
    this.buildGrid();
  }

  /** Tell the points apart in another way: by their label, or by an attribute. */
  choose(k) {
    const { names, values } = (this.coloured = this.colourings[k]);
    this.labels = values;
    this.labelNames = names;
    this.hidden.clear();
  }

  buildGrid() {
    const start = new Int32Array(CELLS * CELLS + 1);
    const cells = new Int32Array(this.count);
    for (let i = 0; i < this.count; i++) {
      cells[i] = this.cell(this.codes[2 * i], this.codes[2 * i + 1]);
      start[cells[i] + 1]++;
    }
    for (let c = 0; c < CELLS * CELLS; c++) start[c + 1] += start[c];
    const next = start.slice();
    this.order = new Int32Array(this.count);
    for (let i = 0; i < this.count; i++) this.order[next[cells[i]]++] = i;
    this.start = start;
  }

  column(x) {
    const [x0, x1] = this.extent;
    return Math.min(Math.max(Math.floor(((x - x0) / (x1 - x0)) * CELLS), 0), CELLS - 1);
  }

  row(y) {
    const [, , y0, y1] = this.extent;
    return Math.min(Math.max(Math.floor(((y - y0) / (y1 - y0)) * CELLS), 0), CELLS - 1);
  }

  cell(x, y) {
    return this.row(y) * CELLS + this.column(x);
  }

  visible(i) {
    return !this.hidden.has(this.labels[i]);
  }

  /** Index of the nearest visible point within `radius` code units, or -1. */
  nearest(x, y, radius) {
    let best = -1;
    let least = radius * radius;
    const right = this.column(x + radius);
    const top = this.row(y + radius);
    for (let row = this.row(y - radius); row <= top; row++) {
      for (let column = this.column(x - radius); column <= right; column++) {
        const cell = row * CELLS + column;
        for (let k = this.start[cell]; k < this.start[cell + 1]; k++) {
          const i = this.order[k];
          const dx = this.codes[2 * i] - x;
          const dy = this.codes[2 * i + 1] - y;
          const distance = dx * dx + dy * dy;
          if (distance < least && this.visible(i)) {
            least = distance;
            best = i;
          }
        }
      }
    }
    return best;
  }

  /** Indices of the visible points inside a polygon [[x, y], ...] (even-odd rule). */
  inside(polygon) {
    const xs = polygon.map((p) => p[0]);
    const ys = polygon.map((p) => p[1]);
    const [left, right] = [Math.min(...xs), Math.max(...xs)];
    const [low, high] = [Math.min(...ys), Math.max(...ys)];
    const found = [];
    for (let i = 0; i < this.count; i++) {
      const x = this.codes[2 * i];
      const y = this.codes[2 * i + 1];
      if (x < left || x > right || y < low || y > high || !this.visible(i)) continue;
      let odd = false;
      for (let a = 0, b = polygon.length - 1; a < polygon.length; b = a++) {
        if (
          ys[a] > y !== ys[b] > y &&
          x < ((xs[b] - xs[a]) * (y - ys[a])) / (ys[b] - ys[a]) + xs[a]
        ) {
          odd = !odd;
        }
      }
      if (odd) found.push(i);
    }
    return found;
  }

  /** Labels that occur, in order. */
  labelsPresent() {
    return [...new Set(this.labels)].sort((a, b) => a - b);
  }

  labelName(label) {
    return this.labelNames[label] ?? String(label);
  }

  /** Whether a label is only an estimate. */
  isFaint(label) {
    return Boolean(this.coloured.faint[label]);
  }

  codeOf(i) {
    return [this.codes[2 * i], this.codes[2 * i + 1]];
  }
}
