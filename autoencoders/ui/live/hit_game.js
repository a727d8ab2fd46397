// "Hit the code": a picture is shown, the code that draws it is to be found on an empty plane.
import { Aim } from "./aim.js";
import { captioned } from "./captioned.js";
import { DotMap } from "./dot_map.js";
import { element } from "./element.js";
import { NO_PCA, oneColour } from "./find_game.js";
import { GuessPicture } from "./guess_picture.js";
import { Markers } from "./markers.js";
import { inWords, mse, pointsOfError } from "./points_rule.js";

const HOW = "Move over the plane or drag the sliders: the picture follows. Click to set the place.";

export class HitGame {
  /** `parts` as FindGame's. */
  constructor(parts) {
    Object.assign(this, parts);
    const { model, routes } = this;
    this.task = "Which code draws this picture?";
    this.how = HOW;
    this.rule = "100 points for as small an error as the encoder’s, none for that of the average picture.";
    this.map = new DotMap({ palette: oneColour(this.palette), bounds: model.extent, label: "The plane of codes", fade: 0.8, named: true });
    this.map.node.classList.add("hg-aimed");
    this.markers = new Markers(this.map.surface, this.map.plane);
    this.aim = new Aim(this.map, {
      onmove: (x, y) => this.look(x, y),
      onset: (x, y) => this.set(x, y),
      label: `Plane of the codes of ${model.name}. ${HOW} Arrow keys move as well.`,
    });
    this.aim.onkeyed = (x, y) => this.set(x, y);
    this.aim.onleave = () => this.pin && this.look(...this.pin);
    this.target = captioned("draw this", model.image, { "data-testid": "game-target" });
    this.yours = new GuessPicture({ model, routes, label: "The picture of your code" });
    this.encoder = captioned("encoder", model.image);
    this.pca = captioned("PCA", model.image);
    this.buildSliders();
    this.board = element("div", { class: "hg-board" }, this.map.node, this.sliders);
    const yours = captioned("yours", null, {}, this.yours.canvas).node;
    yours.append(this.yours.badge);
    this.pictures = [this.target.node, yours, this.encoder.node, this.pca.node];
  }

  buildSliders() {
    const [x0, x1, y0, y1] = this.model.extent;
    const slider = (name, low, high) =>
      element("input", {
        type: "range",
        min: String(low),
        max: String(high),
        step: String((high - low) / 400),
        "aria-label": `Code, ${name} number`,
        "data-testid": `hit-${name}`,
        oninput: () => this.set(Number(this.first.value), Number(this.second.value)),
      });
    this.first = slider("first", x0, x1);
    this.second = slider("second", y0, y1);
    this.submit = element("button", { type: "button", class: "hg-button hg-primary hg-guess", "data-testid": "submit", disabled: true, onclick: () => this.guess() }, "This is it");
    const line = (text, field) => element("label", { class: "hg-heat" }, element("span", {}, text), field);
    this.sliders = element("div", { class: "hg-hit-sliders" }, line("first number", this.first), line("second number", this.second), this.submit);
  }

  setPoints(points) {
    this.points = points;
    if (this.over) this.map.setPoints(points);
  }

  async load(arrays, header) {
    this.arrays = arrays;
    this.target.caption.textContent = header.original ? "draw this, an original" : "draw this, a reconstruction";
    const own = "The originals are not on this disk: these are the model’s own reconstructions, so a perfect code exists.";
    this.note = [!header.original && own, !arrays.pca && NO_PCA].filter(Boolean).join(" ");
    this.loading ??= this.yours.load();
  }

  start(i) {
    this.round = i;
    this.over = false;
    this.target.draw(this.arrays.pictures.data, i);
    this.yours.clear();
    this.encoder.node.hidden = this.pca.node.hidden = true;
    for (const name of ["crosshair", "pin"]) this.markers.set(name, null);
    this.markers.dropStar("truth");
    this.map.setPoints(null);
    this.pin = this.aim.at = null;
    this.aim.open = true;
    this.submit.disabled = true;
    const [x0, x1, y0, y1] = this.model.extent;
    this.first.disabled = this.second.disabled = false;
    [this.first.value, this.second.value] = [(x0 + x1) / 2, (y0 + y1) / 2];
    this.look((x0 + x1) / 2, (y0 + y1) / 2);
  }

  /** The picture at a place; this runs on every frame of a drag. */
  look(x, y) {
    this.yours.at(x, y);
    this.markers.set("crosshair", x, y);
  }

  set(x, y) {
    this.pin = [x, y];
    this.aim.at = [x, y];
    this.look(x, y);
    this.markers.set("crosshair", null);
    this.markers.set("pin", x, y);
    if (this.first !== document.activeElement) this.first.value = String(x);
    if (this.second !== document.activeElement) this.second.value = String(y);
    this.submit.disabled = false;
  }

  async guess() {
    const { round, arrays, markers } = this;
    this.aim.open = false;
    this.over = true;
    this.submit.disabled = this.first.disabled = this.second.disabled = true;
    const drawn = await this.yours.pixels(...this.pin);
    const { size } = this.target;
    const wanted = arrays.pictures.data.subarray(round * size, (round + 1) * size);
    const [encoder, pca, average] = arrays.errors.data.subarray(3 * round, 3 * round + 3);
    const yours = mse(drawn, wanted);
    markers.set("crosshair", null);
    markers.star("truth", [arrays.truth.data[2 * round], arrays.truth.data[2 * round + 1]], "the encoder's code");
    markers.stars.get("truth").node.tabIndex = -1;
    if (this.points) this.map.setPoints(this.points);
    this.encoder.draw(arrays.encoder.data, round);
    this.encoder.node.hidden = false;
    const rule = { encoder, average };
    const points = { you: pointsOfError(yours, rule), encoder: pointsOfError(encoder, rule) };
    const said = [
      `Your picture is off by ${yours.toFixed(4)} (MSE): ${inWords(points.you)}. The encoder’s code, the star, by ${encoder.toFixed(4)}.`,
    ];
    if (yours < encoder) said.push("You beat the encoder.");
    if (arrays.pca) {
      points.pca = pointsOfError(pca, rule);
      this.pca.draw(arrays.pca.data, round);
      this.pca.node.hidden = false;
      said.push(`PCA with two numbers, by ${pca.toFixed(4)}.`);
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
