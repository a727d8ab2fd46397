// All maps, or numbers, of one stage: a larger grid, each with its measures, one of them enlarged.
import { element, iconButton } from "./element.js";
import { colourOf, drawMap, isPicture } from "./passage.js";

const ORDERS = { number: "by number", strength: "strongest first", spread: "most varied first" };
const COLOURS = ["red", "green", "blue"];
const LARGE = 320; // Pixels of the enlarged one.
const TILE = 84;

export class Channels {
  constructor(root) {
    this.order = element(
      "select",
      { class: "hg-select", "aria-label": "Order", "data-testid": "channel-order", onchange: () => this.arrange() },
      Object.entries(ORDERS).map(([value, words]) => element("option", { value }, words)),
    );
    this.title = element("h2", { id: "hg-channels-title" });
    this.large = element("canvas", { class: "hg-channel-large", width: String(LARGE), height: String(LARGE), role: "img", "data-testid": "channel-large" });
    this.about = element("p", { class: "hg-channel-about", "aria-live": "polite", "data-testid": "channel-about" });
    this.figure = element("figure", {}, this.large, this.about);
    this.grid = element("div", { class: "hg-channel-grid", "data-testid": "channel-grid" });
    this.dialog = element(
      "dialog",
      {
        class: "hg-channels",
        "aria-labelledby": "hg-channels-title",
        "data-testid": "channels",
        onclick: (event) => event.target === this.dialog && this.dialog.close(),
        onkeydown: (event) => this.key(event),
        onclose: () => this.onclose?.(),
      },
      element(
        "div",
        { class: "hg-channels-inside" },
        element("header", {}, this.title, this.order, iconButton("close", "Close (Escape)", () => this.dialog.close(), { "data-testid": "channels-close" })),
        element("div", { class: "hg-channels-body" }, this.figure, this.grid),
      ),
    );
    root.append(this.dialog);
  }

  /** Open a stage; keys go back to `from` when it is closed. */
  open(stage, from) {
    this.onclose = () => from?.focus({ preventScroll: true });
    this.show(stage);
    if (!this.dialog.open) this.dialog.showModal();
    this.grid.querySelector("button")?.focus({ preventScroll: true });
  }

  /** Another picture: the stage that is open shows its numbers. */
  refresh(stages) {
    if (this.dialog.open && this.stage && stages[this.stage.index]) this.show(stages[this.stage.index]);
  }

  show(stage) {
    this.stage = stage;
    // As many decimals for all of a stage as two digits of its largest numbers take, of a row three.
    const decimals = Math.min(Math.max((stage.maps ? 1 : 2) - Math.floor(Math.log10(Math.max(stage.high, -stage.low) || 1)), 0), 6);
    this.round = (value) => value.toFixed(decimals).replace(/^-(?=[0.]*$)/, "").replace("-", "−");
    this.chosen = null;
    this.title.textContent = `Stage ${stage.index + 1}: ${stage.name}`;
    const some = stage.maps && stage.sent < stage.shape[0] ? ` (the ${stage.sent} of ${stage.shape[0]} that vary most)` : "";
    this.title.textContent += some;
    this.figure.hidden = !stage.maps;
    this.order.disabled = (stage.maps ? stage.sent : stage.count) < 2;
    this.dialog.dataset.kind = stage.maps ? "maps" : "numbers";
    this.arrange();
  }

  arrange() {
    const { stage } = this;
    const count = stage.maps ? stage.sent : stage.values.length;
    const order = Array.from({ length: count }, (_, k) => k);
    const by = this.order.value;
    if (by !== "number") order.sort((a, b) => this.sizeOf(b, by) - this.sizeOf(a, by));
    this.grid.replaceChildren(...order.map((k) => (stage.maps ? this.tile(k) : this.cell(k))));
    if (stage.maps) this.choose(this.chosen ?? order[0]);
  }

  sizeOf(k, by) {
    return this.stage.maps ? this.stage.measures[k][by] : Math.abs(this.stage.values[k]);
  }

  named(k) {
    const { stage } = this;
    return isPicture(stage) ? (stage.sent === 3 ? COLOURS[k] : "grey") : `${stage.channels[k] + 1}`;
  }

  tile(k) {
    const { stage } = this;
    const canvas = element("canvas", { width: String(TILE), height: String(TILE) });
    this.draw(canvas, k);
    const { least, mean, greatest } = stage.measures[k];
    const measured = `least ${this.round(least)}, mean ${this.round(mean)}, greatest ${this.round(greatest)}`;
    return element(
      "button",
      {
        type: "button",
        class: "hg-channel",
        "data-testid": "channel",
        "data-channel": String(k),
        title: measured,
        "aria-label": `${isPicture(stage) ? "" : "Map "}${this.named(k)}: ${measured}`,
        onclick: () => this.choose(k),
        onfocus: () => this.choose(k),
      },
      canvas,
      element("b", {}, this.named(k)),
      element("span", {}, `${this.round(least)} … ${this.round(mean)} … ${this.round(greatest)}`),
    );
  }

  /** One map of the stage alone, also of a picture in colour. */
  draw(canvas, k) {
    const { stage } = this;
    const context = canvas.getContext("2d");
    const single = stage.single ?? { ...stage, part: "", column: null };
    stage.single = single; // A colour picture's planes, each in grey.
    const side = canvas.width / Math.max(stage.width, stage.height);
    const [width, height] = [stage.width * side, stage.height * side];
    context.fillStyle = "#000";
    context.fillRect(0, 0, canvas.width, canvas.height);
    drawMap(context, single, k, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  }

  choose(k) {
    const { stage } = this;
    if (this.chosen !== k || !this.grid.querySelector('[aria-current="true"]')) {
      this.grid.querySelector('[aria-current="true"]')?.removeAttribute("aria-current");
      this.grid.querySelector(`[data-channel="${k}"]`)?.setAttribute("aria-current", "true");
    }
    this.chosen = k;
    this.draw(this.large, k);
    const { least, mean, greatest, strength, spread } = stage.measures[k];
    const name = isPicture(stage) ? this.named(k) : `Map ${this.named(k)} of ${stage.shape[0]}`;
    this.large.setAttribute("aria-label", name);
    this.about.replaceChildren(
      element("b", {}, name),
      `least ${this.round(least)} · mean ${this.round(mean)} · greatest ${this.round(greatest)} · mean size ${this.round(strength)} · spread ${this.round(spread)}`,
    );
  }

  cell(k) {
    const { stage } = this;
    const value = stage.values[k];
    const [r, g, b] = colourOf(value, stage);
    const light = 0.299 * r + 0.587 * g + 0.114 * b > 120;
    return element(
      "span",
      { class: "hg-channel-cell", "data-testid": "channel", style: `background:rgb(${r},${g},${b});color:${light ? "#000" : "#fff"}` },
      element("i", {}, String(k + 1)),
      element("b", {}, this.round(value)),
    );
  }

  /** Arrows go from map to map. */
  key(event) {
    const tiles = [...this.grid.querySelectorAll("button")];
    const at = tiles.indexOf(document.activeElement);
    if (at < 0) return;
    const columns = tiles.filter(({ offsetTop }) => offsetTop === tiles[0].offsetTop).length;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (!step || !tiles[at + step]) return;
    event.preventDefault();
    tiles[at + step].focus();
  }
}
