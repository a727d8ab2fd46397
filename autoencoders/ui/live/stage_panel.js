// The stage under the slider, large, and in words; between two stages their pictures cross-fade.
import { element } from "./element.js";
import { isPicture, shownOf } from "./passage.js";
import { FEW, SIDE, StagePictures } from "./stage_pictures.js";

const number = (value) => value.toLocaleString("en");
const PARTS = { picture: "the picture", encoder: "encoder: on the way down", code: "the waist", decoder: "decoder: on the way up", reconstruction: "the picture again" };

export class StagePanel {
  /** `parts`: landmarks, onopen(). */
  constructor(parts) {
    Object.assign(this, parts);
    this.pictures = new StagePictures(this.landmarks);
    this.canvas = element("canvas", {
      class: "hg-picture hg-through-picture",
      width: String(SIDE),
      height: String(SIDE),
      role: "img",
      "aria-label": "The stage",
      "data-testid": "decoded-image",
      "data-slot": "through",
      "data-state": "empty",
    });
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
    this.badge = element("span", { class: "hg-badge", "data-testid": "exact-badge" }, "waiting");
    this.where = element("p", { class: "hg-faint hg-through-where" });
    this.name = element("h2", { "data-testid": "stage-name" });
    this.facts = element("dl", { class: "hg-through-facts", "data-testid": "stage-facts" });
    this.sentence = element("p", { class: "hg-through-sentence", "data-testid": "stage-sentence" });
    this.besides = element("p", { class: "hg-how" });
    this.scale = element("p", { class: "hg-how hg-through-scale" });
    this.open = element("button", { type: "button", class: "hg-button hg-primary", "data-testid": "open-stage", onclick: () => this.onopen(this.open) });
    this.node = element(
      "section",
      { class: "hg-card hg-through-panel", "aria-label": "The stage under the slider" },
      element("div", { class: "hg-through-screen" }, element("div", { class: "hg-frame" }, this.canvas), this.badge),
      element("div", { class: "hg-through-words" }, this.where, this.name, this.sentence, this.facts, this.besides, this.scale, this.open),
    );
  }

  show(stages) {
    this.stages = stages;
    const { values } = stages.find(({ part }) => part === "code");
    this.canvas.dataset.z = JSON.stringify(Array.from(values, (value) => Math.round(value * 1e4) / 1e4));
    this.near = null;
  }

  /** Draw a place between two stages; runs on every frame. */
  draw(t) {
    const { context, stages, pictures } = this;
    const first = Math.min(Math.floor(t), stages.length - 1);
    const part = t - first;
    context.globalAlpha = 1;
    context.drawImage(pictures.of(stages[first]), 0, 0);
    if (part > 0) {
      context.globalAlpha = part * part * (3 - 2 * part);
      context.drawImage(pictures.of(stages[first + 1]), 0, 0);
    }
    this.canvas.dataset.t = t.toFixed(3);
    this.setState(part > 0 ? "blend" : "exact");
    const near = Math.round(t);
    if (near !== this.near) this.say(stages[near], near);
  }

  setState(state) {
    if (this.state === state) return;
    this.state = this.canvas.dataset.state = this.badge.dataset.state = state;
    this.badge.textContent = state === "exact" ? "exact · the network’s own numbers" : "between two stages";
  }

  say(stage, index) {
    this.near = index;
    const [picture] = this.stages;
    const base = stage.base ? " · of the base" : "";
    this.where.textContent = `Stage ${index + 1} of ${this.stages.length} · ${PARTS[stage.part]}${base}`;
    this.name.textContent = stage.name.charAt(0).toUpperCase() + stage.name.slice(1);
    this.canvas.setAttribute("aria-label", `Stage ${index + 1}: ${stage.name}`);
    this.sentence.textContent = stage.sentence;
    this.besides.textContent = stage.besides;
    this.facts.replaceChildren(
      ...fact("Numbers", number(stage.count), shapeOf(stage)),
      ...fact("Against the picture", ...shareOf(stage.count, picture.count), element("i", { class: "hg-meter" }, element("i", { style: `width:${Math.min((100 * stage.count) / picture.count, 100)}%` }))),
      ...fact("Learned weights", number(stage.parameters), ""),
    );
    this.scale.replaceChildren(...scaleOf(stage));
    this.open.textContent = stage.maps ? `Open ${stage.sent === 1 ? "it" : `all ${stage.sent} ${isPicture(stage) ? "colours" : "maps"}`}` : `Open ${stage.count === 1 ? "it" : `its ${number(stage.count)} numbers`}`;
  }
}

function fact(name, value, more, ...nodes) {
  return [element("dt", {}, name), element("dd", {}, element("b", {}, value), more ? ` · ${more}` : "", ...nodes)];
}

function shapeOf({ shape }) {
  if (shape.length === 1) return "in a row";
  const [maps, height, width] = shape;
  return maps === 1 ? `${width} × ${height}` : `${maps} × ${width} × ${height}`;
}

/** How many of a picture's numbers are left, or how many times as many there are. */
export function shareOf(count, whole) {
  if (count === whole) return ["as many", ""];
  const times = (ratio) => (ratio >= 10 ? Math.round(ratio) : Math.round(10 * ratio) / 10).toLocaleString("en");
  if (count > whole) return [`${times(count / whole)} times as many`, ""];
  const percent = (100 * count) / whole;
  const digits = percent >= 10 ? 0 : percent >= 1 ? 1 : percent >= 0.1 ? 2 : 3;
  const share = `${Number(percent.toFixed(digits)).toLocaleString("en", { maximumFractionDigits: 3 })}%`;
  return [share, `${times(whole / count)} to 1`];
}

/** What the colours mean, and how many maps are shown. */
function scaleOf(stage) {
  if (isPicture(stage) || (stage.values && stage.count <= FEW)) return [];
  const round = (value) => Number(value.toPrecision(2)).toString().replace("-", "−");
  const ramp = element("i", { class: stage.low < 0 ? "hg-ramp-bar hg-ramp-signed" : "hg-ramp-bar", "aria-hidden": "true" });
  const ends = `black is 0, light ${round(stage.high)} or more${stage.low < 0 ? `, blue below 0, down to ${round(stage.low)}` : ""}`;
  const shown = stage.maps ? shownOf(stage).length : 0;
  const all = stage.shape[0];
  const some = stage.maps && shown < all ? ` Shown are the ${shown} of ${all} maps that vary most.` : "";
  return [ramp, `${ends}.${some}`];
}
