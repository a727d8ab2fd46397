// "Find the picture": a picture is shown, its place on the map is to be found.
import { Aim } from "./aim.js";
import { captioned } from "./captioned.js";
import { DotMap } from "./dot_map.js";
import { element } from "./element.js";
import { GuessPicture } from "./guess_picture.js";
import { Markers } from "./markers.js";
import { inWords, pointsOfDistance } from "./points_rule.js";
import { PictureCanvas } from "./sheet.js";

const LANDMARKS = 3; // Along each side of the map.
export const NO_PCA = "PCA does not play along: this model’s folder does not hold it.";
const HOW = "Click where this picture lies; arrow keys aim, Enter guesses.";

export class FindGame {
  /** `parts`: model {name, image, extent, sheets}, routes, palette, done({you, encoder, pca}, words). */
  constructor(parts) {
    Object.assign(this, parts);
    const { model, routes } = this;
    this.task = "Where on the map does this picture lie?";
    this.map = new DotMap({ palette: oneColour(this.palette), bounds: model.extent, label: "The map", fade: 0.8, named: true });
    this.markers = new Markers(this.map.surface, this.map.plane);
    this.aim = new Aim(this.map, { onset: (x, y) => this.guess(x, y), label: `Map of ${model.name} to guess on. ${HOW}` });
    this.aim.onkeyed = (x, y) => this.markers.set("crosshair", x, y);
    this.target = captioned("look for this", model.image, { "data-testid": "decoded-image", "data-slot": "target", "data-state": "exact" });
    this.yours = new GuessPicture({ model, routes, label: "The picture at your place" });
    this.yourFigure = captioned("at your place", null, {}, this.yours.canvas);
    this.yourFigure.node.append(this.yours.badge);
    this.board = this.map.node;
    this.how = HOW;
    this.rule = "100 points on the spot, half of them a tenth of the map away.";
    this.pictures = [this.target.node, this.yourFigure.node];
  }

  setPoints(points) {
    this.map.setPoints(points);
    this.setLandmarks();
  }

  /** Where no label's name stands on the map, some of its pictures do: nobody knows a bare plane. */
  setLandmarks() {
    const { points, names } = this.map;
    const { sheet } = this.yours;
    if (!sheet || !points || names?.length) return;
    const [x0, x1, y0, y1] = this.model.extent;
    const at = [...Array(LANDMARKS).keys()].map((k) => (k + 0.5) / LANDMARKS);
    const landmark = (u, v) => {
      const [x, y] = [x0 + u * (x1 - x0), y0 + v * (y1 - y0)];
      const canvas = element("canvas");
      new PictureCanvas(canvas, this.model.image).draw(sheet.blendAt(x, y));
      return { canvas, x, y };
    };
    this.map.setLandmarks(at.flatMap((v) => at.map((u) => landmark(u, v))));
  }

  async load(arrays) {
    this.arrays = arrays;
    this.note = arrays.pca ? "" : NO_PCA;
    this.loading ??= this.yours.load().then(() => this.setLandmarks());
  }

  start(i) {
    this.round = i;
    this.target.draw(this.arrays.pictures.data, i);
    this.yours.clear();
    this.yourFigure.node.hidden = true;
    for (const name of ["crosshair", "pin"]) this.markers.set(name, null);
    this.markers.dropStar("truth");
    this.markers.letter({ E: null, P: null });
    this.markers.outlineOf(null);
    this.aim.at = null;
    this.aim.open = true;
  }

  place(name) {
    const { data } = this.arrays[name] ?? {};
    return data && [data[2 * this.round], data[2 * this.round + 1]];
  }

  guess(x, y) {
    this.aim.open = false;
    const { markers } = this;
    const [truth, encoder, pca] = [this.place("truth"), this.place("encoder"), this.place("pca")];
    markers.set("crosshair", null);
    markers.set("pin", x, y);
    markers.star("truth", truth, "the picture");
    markers.stars.get("truth").node.tabIndex = -1;
    markers.letter({ E: encoder, P: pca ?? null });
    markers.outlineOf([[x, y], truth], false);
    this.yourFigure.node.hidden = false;
    this.yours.at(x, y);
    const side = this.model.extent[1] - this.model.extent[0];
    const away = ([u, v]) => Math.hypot(u - truth[0], v - truth[1]);
    const points = { you: pointsOfDistance(away([x, y]), side), encoder: pointsOfDistance(away(encoder), side) };
    const said = [`You are ${away([x, y]).toFixed(2)} away from it, the star: ${inWords(points.you)}.`];
    said.push(`The encoder, which reads the picture, is ${away(encoder).toFixed(2)} away (E).`);
    if (pca) {
      points.pca = pointsOfDistance(away(pca), side);
      said.push(`The test picture that PCA takes for most like it is ${away(pca).toFixed(2)} away (P).`);
    }
    this.done(points, said.join(" "));
  }

  recolor() {
    this.map.recolor();
  }

  close() {
    this.markers.close();
    this.map.close();
    this.yours.close();
  }
}

/** The palette with one colour for all points: their labels' colours would give the place away. */
export function oneColour(palette) {
  return Object.create(palette, { color: { value: () => palette.soft } });
}
