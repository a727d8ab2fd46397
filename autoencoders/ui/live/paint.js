// The plane painted with what it decodes to: small tiles, each the decoded picture of its middle.
//
// Tiles stand on a fixed power-of-two grid of code space, so panning never makes them swim and
// zooming splits each into four. They are kept in blocks, each a canvas of its own, because a
// canvas that changes is sent to the graphics card whole. A grey picture is drawn as ink: its
// brightness is the ink's strength, so that it reads on a light page as on a dark one, and the ink
// takes the colour of the labels that live there (none where no test picture fell).

const SMALLEST = 27; // Pixels of a tile's side; the next level takes over below.
const BLOCK = 8; // Tiles along each side of a block.
const KEPT = 96; // Blocks kept at most.
const BUDGET = 6; // Milliseconds a frame may spend on new blocks.
const FIELD = 64; // Cells along each side of the field of label colours.

export class Paint {
  constructor(plane, tile, palette) {
    Object.assign(this, { plane, palette });
    [this.height, this.width, this.channels] = tile;
    this.blocks = new Map();
    this.sheet = null;
    this.field = null;
    this.age = 0;
    this.highest = Infinity; // Above this nothing is painted: on a line the piles stand there.
    this.onchange = () => {}; // Called when there is more to draw.
  }

  /** A new sheet: every block is blended again. */
  use(sheet) {
    this.sheet = sheet;
    if (sheet.height !== this.height || sheet.width !== this.width) {
      [this.height, this.width] = [sheet.height, sheet.width];
      this.blocks.clear();
      this.image = null;
    }
    this.renew();
  }

  renew() {
    this.age++; // Blocks of an earlier age still show until they are renewed.
    this.onchange();
  }

  /** Smooth the points' label colours over the plane. */
  colorBy(points) {
    this.points = points;
    if (this.channels === 1) this.field = labelField(points, this.palette, this.plane.bounds);
    this.renew();
  }

  recolor() {
    if (this.points) this.colorBy(this.points);
    else this.renew();
  }

  level() {
    const across = this.plane.width * this.plane.depth;
    return Math.max(Math.log2(BLOCK), Math.floor(Math.log2(across / SMALLEST)));
  }

  /** Draw what is in view into a canvas of `wide` x `high` pixels, blending what is missing. */
  drawOn(context, wide) {
    if (!this.sheet) return;
    const { plane } = this;
    const level = this.level();
    const across = 2 ** level / BLOCK; // Blocks along a side of the whole plane.
    const side = (plane.bounds[1] - plane.bounds[0]) / across;
    const [x0, x1, , y1] = plane.extent;
    const perUnit = wide / (x1 - x0);
    const column = (x) =>
      Math.min(Math.max(Math.floor((x - plane.bounds[0]) / side), 0), across - 1);
    const row = (y) => Math.min(Math.max(Math.floor((plane.bounds[3] - y) / side), 0), across - 1);
    const pixelX = (j) => Math.round((plane.bounds[0] + j * side - x0) * perUnit);
    const pixelY = (i) => Math.round((y1 - plane.bounds[3] + i * side) * perUnit);
    const until = performance.now() + BUDGET;
    let missing = false;
    for (let i = row(y1); i <= row(plane.extent[2]); i++) {
      for (let j = column(x0); j <= column(x1); j++) {
        const block = this.block(level, i, j, side, until);
        missing ||= block?.age !== this.age;
        if (!block) continue;
        const [left, top] = [pixelX(j), pixelY(i)];
        context.drawImage(block.canvas, left, top, pixelX(j + 1) - left, pixelY(i + 1) - top);
      }
    }
    if (missing) this.onchange();
  }

  /** A block, blended now if there is time left; an old one or none if there is not. */
  block(level, row, column, side, until) {
    const key = (level * 65536 + row) * 65536 + column;
    let block = this.blocks.get(key);
    if (block) {
      this.blocks.delete(key); // Put back at the end: the longest unused goes first.
      this.blocks.set(key, block);
    }
    if (block?.age === this.age || performance.now() > until) return block;
    if (!block) {
      if (this.blocks.size >= KEPT) this.blocks.delete(this.blocks.keys().next().value);
      const canvas = document.createElement("canvas");
      canvas.width = BLOCK * this.width;
      canvas.height = BLOCK * this.height;
      block = { canvas, context: canvas.getContext("2d") };
      this.blocks.set(key, block);
    }
    block.age = this.age;
    this.fill(block, row, column, side);
    return block;
  }

  fill({ canvas, context }, row, column, side) {
    this.image ??= context.createImageData(canvas.width, canvas.height);
    const step = side / BLOCK;
    for (let i = 0; i < BLOCK; i++) {
      const y = this.plane.bounds[3] - row * side - (i + 0.5) * step;
      for (let j = 0; j < BLOCK; j++) {
        const x = this.plane.bounds[0] + column * side + (j + 0.5) * step;
        const start = 4 * (i * this.height * canvas.width + j * this.width);
        if (y > this.highest) {
          this.clearTile(start, 4 * canvas.width);
          continue;
        }
        this.fillTile(this.sheet.blendAt(x, y), start, 4 * canvas.width, x, y);
      }
    }
    context.putImageData(this.image, 0, 0);
  }

  clearTile(start, stride) {
    for (let line = 0; line < this.height; line++) {
      const from = start + line * stride;
      this.image.data.fill(0, from, from + 4 * this.width);
    }
  }

  fillTile(values, start, stride, x, y) {
    const { data } = this.image;
    const grey = this.channels === 1;
    const [red, green, blue] = grey ? this.inkAt(x, y) : [0, 0, 0];
    for (let k = 0, line = 0; line < this.height; line++) {
      let to = start + line * stride;
      for (const end = to + 4 * this.width; to < end; to += 4) {
        data[to] = grey ? red : values[k++];
        data[to + 1] = grey ? green : values[k++];
        data[to + 2] = grey ? blue : values[k++];
        data[to + 3] = grey ? values[k++] : 255;
      }
    }
  }

  inkAt(x, y) {
    if (!this.field) return this.palette.ink;
    const [x0, x1, y0, y1] = this.plane.bounds;
    const column = Math.min(Math.floor(((x - x0) / (x1 - x0)) * FIELD), FIELD - 1);
    const row = Math.min(Math.floor(((y - y0) / (y1 - y0)) * FIELD), FIELD - 1);
    const at = 3 * (row * FIELD + column);
    return this.field.subarray(at, at + 3);
  }
}

/** Colours (FIELD * FIELD * 3, 0..255): the labels' colours weighted by how many points lie near. */
function labelField(points, palette, bounds) {
  const [x0, x1, y0, y1] = bounds;
  const sums = [0, 1, 2, 3].map(() => new Float32Array(FIELD * FIELD));
  for (let i = 0; i < points.count; i++) {
    const column = Math.min(
      Math.floor(((points.codes[2 * i] - x0) / (x1 - x0)) * FIELD),
      FIELD - 1,
    );
    const row = Math.min(
      Math.floor(((points.codes[2 * i + 1] - y0) / (y1 - y0)) * FIELD),
      FIELD - 1,
    );
    if (column < 0 || row < 0) continue;
    const color = palette.rgb(points.labels[i]);
    for (let c = 0; c < 3; c++) sums[c][row * FIELD + column] += color[c];
    sums[3][row * FIELD + column] += 1;
  }
  for (const sum of sums) for (let pass = 0; pass < 2; pass++) blur(sum);
  const field = new Float32Array(FIELD * FIELD * 3);
  const few = (0.02 * points.count) / (FIELD * FIELD);
  for (let cell = 0; cell < FIELD * FIELD; cell++) {
    const weight = sums[3][cell];
    const trust = weight / (weight + few);
    for (let c = 0; c < 3; c++) {
      const mean = weight > 0 ? sums[c][cell] / weight : 0;
      field[3 * cell + c] = trust * mean + (1 - trust) * palette.faint[c];
    }
  }
  return field;
}

/** One pass of a 3 x 3 box blur, in place. */
function blur(values) {
  const source = values.slice();
  for (let row = 0; row < FIELD; row++) {
    for (let column = 0; column < FIELD; column++) {
      let sum = 0;
      for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, FIELD - 1); r++) {
        for (let c = Math.max(column - 1, 0); c <= Math.min(column + 1, FIELD - 1); c++) {
          sum += source[r * FIELD + c];
        }
      }
      values[row * FIELD + column] = sum / 9;
    }
  }
}
