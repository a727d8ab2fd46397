// The veil over what is no data: faded towards the ground and hatched, under the points.

const CELLS = 160; // Along each side of the mask that covers the whole plane.
const GAP = 9; // Pixels between two lines of the hatch.
const FADED = 0.5; // How much of the paint the veil takes at most.

export class Veil {
  constructor(plane, palette, emptiness) {
    Object.assign(this, { plane, palette, emptiness });
    this.mask = square(CELLS);
    this.layer = square(1);
  }

  /** Levels or colours have changed. */
  renew() {
    this.stale = true;
  }

  /** How strong the veil is at a level: it begins softly at the border of the data. */
  static strength(level) {
    const t = Math.min(Math.max((level - 0.93) / 0.3, 0), 1);
    return t * t * (3 - 2 * t);
  }

  drawMask() {
    this.stale = false;
    this.view = null;
    const { mask, emptiness } = this;
    const [x0, x1, y0, y1] = emptiness.bounds;
    const image = mask.context.createImageData(CELLS, CELLS);
    for (let i = 0, at = 3; i < CELLS; i++) {
      const y = y1 - ((i + 0.5) / CELLS) * (y1 - y0);
      for (let j = 0; j < CELLS; j++, at += 4) {
        const x = x0 + ((j + 0.5) / CELLS) * (x1 - x0);
        image.data[at] = 255 * Veil.strength(emptiness.levelAt(x, y));
      }
    }
    mask.context.putImageData(image, 0, 0);
    this.pattern = hatch(this.palette);
  }

  /** Draw what is in view into a canvas of `wide` x `high` pixels. */
  drawOn(context, wide, high) {
    if (!this.emptiness.veiled) return;
    if (this.stale) this.drawMask();
    const { canvas } = this.layer;
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide;
      canvas.height = high;
      this.view = null;
    }
    if (this.view !== this.plane.extent) this.drawLayer(wide, high);
    context.drawImage(canvas, 0, 0);
  }

  /** The mask as it lies in view, filled with the pattern: as few passes as can be. */
  drawLayer(wide, high) {
    const { context } = this.layer;
    const { plane, emptiness, pattern } = this;
    this.view = plane.extent;
    const scale = wide / plane.width;
    const [X0, X1, , Y1] = emptiness.bounds;
    const [left, top] = [scale * plane.pixelX(X0), scale * plane.pixelY(Y1)];
    const across = wide * ((X1 - X0) / (plane.extent[1] - plane.extent[0]));
    context.globalCompositeOperation = "copy";
    context.drawImage(this.mask.canvas, left, top, across, across);
    context.globalCompositeOperation = "source-in";
    // The lines move with the plane.
    const gap = GAP * scale;
    pattern.setTransform(new DOMMatrix([scale, 0, 0, scale, left % gap, top % gap]));
    context.fillStyle = pattern;
    context.fillRect(0, 0, wide, high);
  }
}

function square(side) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  return { canvas, context: canvas.getContext("2d") };
}

/** A wash of the ground's colour and thin lines, rising to the right. */
function hatch({ ground, ink }) {
  const { canvas, context } = square(GAP);
  context.globalAlpha = FADED;
  context.fillStyle = ground;
  context.fillRect(0, 0, GAP, GAP);
  context.globalAlpha = 1;
  context.strokeStyle = `rgba(${ink}, 0.26)`;
  context.lineWidth = 1;
  for (const shift of [-GAP, 0, GAP]) {
    context.moveTo(shift, GAP);
    context.lineTo(shift + GAP, 0);
  }
  context.stroke();
  return context.createPattern(canvas, "repeat");
}
