// The training movie at the size of a page, dragged through the epochs.
import { element } from "./element.js";
import { Movie } from "./movie.js";

const NEAR = 0.02; // Of an epoch, which a link's rounded number stands for.
const POINTS = 1.7; // Times the size of points on the map's little card.

/** The movie of a model as it was trained. */
export class LargeMovie extends Movie {
  /** `parts`: the card's title, `level` {value, name} of PCA's error, and onmove(share). */
  constructor(routes, palette, size, parts) {
    super(routes, palette, size);
    Object.assign(this, parts);
    this.points.scale = POINTS;
    this.title.textContent = this.heading;
    this.node.dataset.slot = this.slot;
    this.picture.dataset.slot = this.slot;
  }

  arrange() {
    this.title = element("h2", {});
    this.badge = element("span", { class: "hg-badge", "data-testid": "exact-badge" }, "waiting");
    this.legend = element("div", { class: "hg-kinds", hidden: true });
    this.swarm.dataset.testid = "latent-map";
    this.given = element("canvas", { class: "hg-picture", role: "img", "aria-label": "What the network is given" });
    this.givenFigure = element(
      "figure",
      { hidden: true },
      this.given,
      element("figcaption", {}, "64 pictures it never learns from"),
    );
    this.mapCaption = element("figcaption", {}, this.caption);
    this.pictureCaption = element("figcaption", {}, "64 validation pictures, as it redraws them");
    return element(
      "section",
      { class: "hg-card hg-movie hg-movie-large", "data-testid": "movie-strip", "aria-label": "Training movie" },
      element("header", {}, this.title, this.badge),
      this.place(),
      element(
        "div",
        { class: "hg-screens" },
        element("figure", {}, this.swarm, this.mapCaption, this.legend),
        this.givenFigure,
        element("figure", {}, this.picture, this.pictureCaption),
      ),
      element("div", { class: "hg-scrub" }, this.button, element("div", { class: "hg-track" }, this.curve.node, this.slider)),
      element(
        "div",
        { class: "hg-row hg-losses" },
        this.epoch,
        element(
          "span",
          { class: "hg-faint hg-lines-named" },
          element("span", {}, element("i", { class: "hg-dash hg-dash-train" }), "training error"),
          element("span", {}, element("i", { class: "hg-dash hg-dash-validation" }), "validation error"),
          element("span", {}, "logarithmic scale"),
        ),
      ),
    );
  }

  /** What else stands on the card, above the pictures. */
  place() {
    return null;
  }

  /** Where the slider stands, 0 (untrained) to 1 (the last epoch). */
  get share() {
    return this.snapshots > 1 ? this.t / (this.snapshots - 1) : 0;
  }

  async load() {
    await super.load();
    if (!this.sheet) return;
    const { epochs, train_loss: train, validation_loss: validation } = this.arrays;
    if (this.level) this.curve.set(epochs.data, train.data, validation.data, this.level);
    if (this.wanted !== undefined) this.goTo(this.wanted);
    this.onready?.();
  }

  /** Move from outside: a link. */
  goTo(share) {
    this.wanted = share;
    if (!this.sheet) return;
    const t = share * (this.snapshots - 1);
    const near = Math.round(t);
    this.seek(Math.abs(t - near) < NEAR ? near : t);
    this.slider.value = String(this.t);
  }

  draw(now) {
    super.draw(now);
    if (this.sheet && !this.playing) this.onmove?.(this.share);
  }

  drawSwarm(t) {
    super.drawSwarm(t);
    const extent = JSON.stringify(this.extentAt(t).map((v) => Number(v.toPrecision(9))));
    if (this.swarm.dataset.extent !== extent) this.swarm.dataset.extent = extent;
  }

  word(t) {
    const { epochs, train_loss: train, validation_loss: validation } = this.arrays;
    const near = Math.min(Math.round(this.curve.epochAt(t)), validation.data.length);
    const last = epochs.data[epochs.data.length - 1];
    const error = (value) => (Number.isFinite(value) ? value.toPrecision(3) : "–");
    const text = near
      ? `epoch ${near} of ${last} · training error ${error(train.data[near - 1])} · validation error ${error(validation.data[near - 1])}`
      : `epoch 0 of ${last} · untrained`;
    if (this.epoch.textContent !== text) this.epoch.textContent = text;
    this.slider.setAttribute("aria-valuetext", text);
    this.node.dataset.t = t.toFixed(3);
    const exact = t % 1 === 0;
    const [k, state] = [Math.floor(t), exact ? "exact" : "blend"];
    const said = exact ? `as after epoch ${epochs.data[k]}` : `blend of epochs ${epochs.data[k]} and ${epochs.data[k + 1]}`;
    if (this.badge.textContent !== said) this.badge.textContent = said;
    this.badge.dataset.state = state;
    this.curve.point(t);
  }
}
