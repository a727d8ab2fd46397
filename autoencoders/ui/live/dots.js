// The points of a map, painted pixel by pixel into one picture.
//
// Ten thousand discs take a few milliseconds this way, less than as many calls to a canvas do, and
// nothing has to be loaded first. They are painted in the order of their numbers, so that no label
// lies on top of the others.

const OPACITY = 0.85;
const STEPS = 4; // Places of a disc's centre within a pixel, each way: it moves as smoothly.

/** Diameter of a point, in CSS pixels: larger deeper down. */
export function pointSize(plane) {
  return Math.min(3.2 + plane.width / 500 + 1.6 * Math.log2(plane.depth), 11);
}

export class Dots {
  /** `parts`: plane, points, palette, and onchange(), called when they have to be drawn again. */
  constructor(parts) {
    Object.assign(this, parts, { note: "", stale: true });
    this.canvas = document.createElement("canvas");
  }

  /** Painted again only when the view, its size, a colour or what is hidden has changed. */
  drawOn(context, wide, high) {
    const { canvas, plane } = this;
    if (this.view !== plane.extent || canvas.width !== wide || canvas.height !== high || this.stale) {
      canvas.width = wide;
      canvas.height = high;
      this.view = plane.extent;
      this.stale = false;
      this.paint();
    }
    context.drawImage(canvas, 0, 0);
  }

  paint() {
    const { canvas, plane, points, palette } = this;
    const scale = canvas.width / plane.width;
    const context = canvas.getContext("2d");
    const picture = context.createImageData(canvas.width, canvas.height);
    const disc = new Disc(pointSize(plane) * scale, canvas.width);
    const shown = points.labelsPresent().filter((label) => !points.hidden.has(label));
    const colors = new Map(shown.map((label) => [label, palette.rgb(label)]));
    for (let i = 0; i < points.count; i++) {
      const color = colors.get(points.labels[i]);
      if (!color) continue;
      const x = plane.pixelX(points.codes[2 * i]) * scale;
      const y = plane.pixelY(points.codes[2 * i + 1]) * scale;
      disc.paint(picture, x, y, color);
    }
    context.putImageData(picture, 0, 0);
  }

  filter() {
    this.stale = true;
    this.onchange();
  }

  recolor() {
    this.filter();
  }

  regroup() {
    this.filter();
  }

  close() {}
}

/** A disc with soft edges, prepared once for every place of its centre within a pixel. */
class Disc {
  constructor(diameter, width) {
    this.reach = Math.ceil(diameter / 2 + 0.5);
    this.stamps = Array.from({ length: STEPS * STEPS }, (_, k) => {
      const x = ((k % STEPS) + 0.5) / STEPS;
      const y = (Math.floor(k / STEPS) + 0.5) / STEPS;
      return this.stamp(diameter / 2, x, y, width);
    });
  }

  /** The pixels that it covers: how far across and down, as one step in the picture, and how much. */
  stamp(radius, x, y, width) {
    const stamp = { across: [], down: [], step: [], cover: [] };
    for (let down = -this.reach; down <= this.reach; down++) {
      for (let across = -this.reach; across <= this.reach; across++) {
        const inside = radius - Math.hypot(across + 0.5 - x, down + 0.5 - y) + 0.5;
        if (inside <= 0) continue;
        stamp.across.push(across);
        stamp.down.push(down);
        stamp.step.push(down * width + across);
        stamp.cover.push(OPACITY * Math.min(inside, 1));
      }
    }
    return stamp;
  }

  /** Over what is there already; colours are not multiplied by their opacity, as canvases want it. */
  paint({ data, width, height }, x, y, [red, green, blue]) {
    const { reach } = this;
    const column = Math.floor(x);
    const row = Math.floor(y);
    const apart = Math.min(column, row, width - 1 - column, height - 1 - row);
    if (!(apart > -reach)) return;
    const { across, down, step, cover } =
      this.stamps[STEPS * Math.floor((y - row) * STEPS) + Math.floor((x - column) * STEPS)];
    for (let k = 0; k < cover.length; k++) {
      if (apart < reach && !within(column + across[k], row + down[k], width, height)) continue;
      const to = 4 * (row * width + column + step[k]);
      const over = cover[k];
      if (data[to + 3] === 0) {
        data[to] = red;
        data[to + 1] = green;
        data[to + 2] = blue;
        data[to + 3] = 255 * over;
        continue;
      }
      const under = (data[to + 3] / 255) * (1 - over);
      const share = over / (over + under);
      data[to] += (red - data[to]) * share;
      data[to + 1] += (green - data[to + 1]) * share;
      data[to + 2] += (blue - data[to + 2]) * share;
      data[to + 3] = 255 * (over + under);
    }
  }
}

function within(column, row, width, height) {
  return column >= 0 && row >= 0 && column < width && row < height;
}
