// The movie of a run that is still under way: it grows to the right as the epochs come.
import { element } from "./element.js";
import { extentOf, placesOf } from "./movie.js";
import { PictureCanvas, Sheet } from "./sheet.js";
import { LargeMovie } from "./training_movie.js";

const GLIDE = 0.7; // Seconds in which the points move to where a new epoch has put them.

const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** The strips of frames that have come so far, blended as if they were one. */
class Frames {
  constructor() {
    this.frames = [];
  }

  add(sheet) {
    for (let k = 0; k < sheet.header.frames; k++) this.frames.push([sheet, k]);
  }

  blendFrame(t) {
    const first = Math.min(Math.floor(t), this.frames.length - 1);
    const [sheet, k] = this.frames[first];
    const part = t - first;
    if (part === 0) return sheet.blendFrame(k);
    const [next, n] = this.frames[Math.min(first + 1, this.frames.length - 1)];
    sheet.sum.fill(0);
    sheet.addNode(k, 1 - part);
    const { sum, size } = sheet;
    for (let from = n * size, i = 0; i < size; i++, from++) sum[i] += part * next.nodes[from];
    return sum;
  }
}

export class GrowingMovie extends LargeMovie {
  /** `run` is what the server told of it when it was ready. */
  constructor(routes, palette, run, parts) {
    const { code_size: size } = run.choices;
    super(routes, palette, size, { ...parts, slot: "run", heading: run.title });
    const { snapshots, pca, names, pictures } = run.ready;
    this.snapshots = 0;
    this.places = [];
    this.extents = [];
    this.following = true;
    this.level = { value: pca, name: size === 1 ? "PCA, 1 number" : `PCA, ${size} numbers` };
    this.arrays = { epochs: { data: snapshots }, train_loss: { data: [] }, validation_loss: { data: [] } };
    this.slider.max = String(snapshots.length - 1);
    this.curve.epochs = snapshots;
    this.mapCaption.textContent = `codes of ${pictures} validation pictures${
      size > 2 ? ", on each epoch's two main axes" : size === 1 ? ": one number, from left to right; each kind has a row" : ""
    }`;
    const noisy = run.choices.family === "denoising";
    this.pictureCaption.textContent = noisy ? "what it makes of them; the errors are those of noisy ones" : "what it makes of them";
    this.names = names;
    this.stride = names.length <= 3 ? 3 : 1; // Neighbours among the theme's colours are much alike.
    this.rows = size === 1 ? names.length : 0;
  }

  /** It is told, and does not load. */
  attend() {}

  /** The errors so far. */
  update({ train_loss: train, validation_loss: validation }) {
    this.arrays.train_loss.data = train;
    this.arrays.validation_loss.data = validation;
    this.curve.set(this.arrays.epochs.data, train, validation, this.level);
    this.request();
  }

  /** What the points are, and the pictures that the network is given. */
  show({ labels, images }) {
    this.arrays.labels = { ...labels, data: labels.data.map((label) => this.stride * label) };
    new PictureCanvas(this.given, images.shape).draw(images.data);
    this.givenFigure.hidden = false;
    this.legend.hidden = false;
    this.recolor();
  }

  /** More snapshots have come. */
  async add({ header, arrays }) {
    const sheet = await Sheet.open(header.strip, arrays.sheet.data);
    this.sheet ??= new Frames();
    this.screen ??= new PictureCanvas(this.picture, header.strip.tile);
    this.sheet.add(sheet);
    this.count = arrays.codes.shape[1];
    for (const places of placesOf(arrays.codes)) {
      if (this.rows) this.spread(places);
      this.places.push(places);
      this.extents.push(around(extentOf(places), this.extents.at(-1)));
    }
    this.snapshots = this.places.length;
    this.node.dataset.snapshots = String(this.snapshots);
    this.node.dataset.ready = "true";
    if (this.following && (calm.matches || this.snapshots === header.strip.frames)) this.t = this.snapshots - 1;
    this.slider.value = String(this.t);
    this.request();
  }

  /** Codes of one number lie on a line: each kind is given a row of its own, as high as they are wide. */
  spread(places) {
    const [x0, x1] = extentOf(places);
    const labels = this.arrays.labels?.data ?? [];
    for (let i = 0; i < this.count; i++) {
      const within = 0.15 + 0.7 * ((i * 0.618034) % 1);
      places[2 * i + 1] = (0.5 - ((labels[i] ?? 0) / this.stride + within) / this.rows) * 0.94 * (x1 - x0);
    }
  }

  /** The plane grows as the codes spread. */
  extentAt(t) {
    const first = Math.min(Math.floor(t), this.extents.length - 1);
    const [from, to] = [this.extents[first], this.extents[Math.min(first + 1, this.extents.length - 1)]];
    return from.map((value, k) => value + (to[k] - value) * (t - first));
  }

  seek(t) {
    super.seek(t);
    this.following = !this.playing && this.t >= this.snapshots - 1;
    if (t > this.t) this.slider.value = String(this.t); // What is not trained yet cannot be shown.
  }

  draw(now) {
    if (this.following && this.t < this.snapshots - 1) this.follow(now);
    else this.followed = null;
    super.draw(now);
    if (this.following && this.t < this.snapshots - 1) this.request();
  }

  /** Move on to the newest epoch. */
  follow(now) {
    const last = this.snapshots - 1;
    const seconds = Math.min((now - (this.followed ?? now)) / 1000, 0.1);
    this.followed = now;
    this.t = Math.min(this.t + (seconds / GLIDE) * Math.max(1, last - this.t), last);
    this.slider.value = String(this.t);
  }

  pause() {
    super.pause();
    this.following = this.t >= this.snapshots - 1;
  }

  recolor() {
    this.legend.replaceChildren(
      ...(this.names ?? []).map((name, label) =>
        element(
          "span",
          {},
          element("i", { class: "hg-swatch", style: `background:${this.palette.colors[(this.stride * label) % this.palette.colors.length]}` }),
          name,
        ),
      ),
    );
    super.recolor();
  }
}

/** The smallest box around two boxes. */
function around(box, other) {
  if (!other) return box;
  return box.map((value, k) => (k % 2 ? Math.max(value, other[k]) : Math.min(value, other[k])));
}
