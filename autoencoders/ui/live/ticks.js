// Numbers along the edges of the map, and each label's name where its points are densest.

const ROOM = 84; // Pixels between two ticks, at least.

/** A step of 1, 2 or 5 times a power of ten that leaves enough room. */
function stepFor(span, pixels) {
  const least = (span * ROOM) / pixels;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((k) => k * power).find((step) => step >= least);
}

function* multiples(low, high, step) {
  for (let k = Math.ceil(low / step); k * step <= high; k++) yield k * step;
}

function written(value, step) {
  const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return value.toFixed(places).replace("-", "−");
}

/** Text with a halo of the ground's colour, so that it reads on whatever lies beneath. */
function haloed(context, text, x, y, width) {
  context.lineJoin = "round";
  context.lineWidth = width;
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

/** `tall`: numbers up the side as well; on a line they would stand for nothing. */
export function drawTicks(context, plane, palette, tall = true) {
  const { width, height } = plane;
  const [x0, x1, y0, y1] = plane.extent;
  const step = stepFor(x1 - x0, width);
  context.lineWidth = 1;
  context.strokeStyle = palette.rule;
  context.beginPath();
  for (const value of multiples(x0, x1, step)) {
    const x = Math.round(plane.pixelX(value)) + 0.5;
    context.moveTo(x, 0);
    context.lineTo(x, height);
  }
  for (const value of tall ? multiples(y0, y1, step) : [0]) {
    const y = Math.round(plane.pixelY(value)) + 0.5;
    context.moveTo(0, y);
    context.lineTo(width, y);
  }
  context.stroke();
  context.font = `500 11px ${palette.font}`;
  context.fillStyle = palette.soft;
  context.strokeStyle = palette.ground;
  context.textBaseline = "alphabetic";
  context.textAlign = "center";
  for (const value of multiples(x0, x1, step)) {
    const x = plane.pixelX(value);
    if (x > 34 && x < width - 14) haloed(context, written(value, step), x, height - 7, 4);
  }
  if (!tall) return;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of multiples(y0, y1, step)) {
    const y = plane.pixelY(value);
    if (y > 14 && y < height - 26) haloed(context, written(value, step), width - 7, y, 4);
  }
}

/** Names [{label, text, x, y}] in their label's colour. */
export function drawNames(context, plane, palette, names, strength) {
  if (strength === 0) return;
  context.globalAlpha = strength;
  context.font = `800 ${plane.width < 420 ? 18 : 24}px ${palette.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.strokeStyle = palette.ground;
  for (const { label, text, x, y } of names) {
    context.fillStyle = palette.color(label);
    haloed(context, text, plane.pixelX(x), plane.pixelY(y), 7);
  }
  context.globalAlpha = 1;
}

/** Where each visible label's points lie densest, on a coarse grid: [{label, text, x, y}]. */
export function namesOf(points) {
  if (points.coloured.ends) return []; // Steps of a number lie everywhere.
  const cells = 40;
  const [x0, x1, y0, y1] = points.extent;
  const shown = points
    .labelsPresent()
    .filter((label) => !points.hidden.has(label) && !points.isFaint(label));
  const counts = new Map(shown.map((label) => [label, new Float32Array(cells * cells)]));
  const bin = (value, low, high) =>
    Math.min(Math.max(Math.floor(((value - low) / (high - low)) * cells), 0), cells - 1);
  for (let i = 0; i < points.count; i++) {
    const grid = counts.get(points.labels[i]);
    if (grid)
      grid[bin(points.codes[2 * i + 1], y0, y1) * cells + bin(points.codes[2 * i], x0, x1)]++;
  }
  return [...counts].map(([label, grid]) => {
    const peak = densest(grid, cells);
    const x = x0 + (((peak % cells) + 0.5) / cells) * (x1 - x0);
    const y = y0 + ((Math.floor(peak / cells) + 0.5) / cells) * (y1 - y0);
    return { label, text: points.labelName(label), x, y };
  });
}

/** The cell with the most points in the 5 x 5 cells around it. */
function densest(grid, cells) {
  let [best, peak] = [-1, 0];
  for (let row = 2; row < cells - 2; row++) {
    for (let column = 2; column < cells - 2; column++) {
      let sum = 0;
      for (let r = row - 2; r <= row + 2; r++) {
        for (let c = column - 2; c <= column + 2; c++) sum += grid[r * cells + c];
      }
      if (sum > best) [best, peak] = [sum, row * cells + column];
    }
  }
  return peak;
}
