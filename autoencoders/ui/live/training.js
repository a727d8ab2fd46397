// The training page: how the chosen model learned, and a small one that learns while one watches.
import { Address } from "./address.js";
import { element } from "./element.js";
import { Palette } from "./palette.js";
import { Routes } from "./routes.js";
import { dressed } from "./stylesheet.js";
import { TrainingClient } from "./training_client.js";
import { TrainingForm } from "./training_form.js";
import { LargeMovie } from "./training_movie.js";
import { TrainingRun } from "./training_run.js";

await dressed("training.css");

const shown = new Set(); // The runs that this window has shown: another model's page opens with its own movie.
const UNTRAINED = 1e-4; // Where the movie begins, as a link says it, which leaves out what is 0.

export class Training {
  constructor(data, base) {
    this.model = data.model;
    this.routes = new Routes(base, data.model);
    this.root = element("div", { class: "hg-root hg-page", "data-testid": "live-root" });
    this.palette = new Palette(this.root);
    this.client = new TrainingClient(this.routes, (run) => this.news(run));
    this.address = new Address(() => this.described());
    this.build();
    this.root.addEventListener("transitionrun", ({ target }) => target === this.root && this.themeMayHaveChanged());
    this.watching = true;
    this.linked = Boolean(data.scene); // Somebody wants to see an epoch of the model.
    this.client.watch();
    if (!this.movie) this.ready();
  }

  build() {
    const { model, routes, palette } = this;
    const say = (text) => this.form.say(text);
    this.form = new TrainingForm(model.choices, (chosen) => this.start(chosen));
    this.run = new TrainingRun({ client: this.client, routes, palette, say });
    if (model.movie) {
      this.movie = new LargeMovie(routes, palette, model.code_size, {
        slot: "movie",
        heading: `How ${model.name} learned`,
        level: model.pca && { value: model.pca, name: `PCA, ${model.code_size} numbers`.replace(/\b1 numbers/, "1 number") },
        onready: () => this.ready(),
        onmove: (share) => this.moved(share),
      });
    }
    this.told = element(
      "p",
      { class: "hg-card hg-note", "data-testid": "no-movie", hidden: model.movie },
      `${model.name} was saved without the history of its training, so there is no movie of it; choose another model, or train a small one here.`,
    );
    this.modes = {
      movie: this.mode("movie", model.name),
      run: this.mode("run", "Yours"),
    };
    this.switch = element(
      "div",
      { class: "hg-modes", role: "radiogroup", "aria-label": "Whose training", hidden: true },
      Object.values(this.modes),
    );
    this.main = element("div", { class: "hg-training-main" }, this.switch, this.told, this.movie?.node ?? null, this.run.node);
    this.root.append(element("div", { class: "hg-training" }, this.form.node, this.main));
    this.look("movie");
  }

  mode(name, text) {
    const other = { movie: "run", run: "movie" }[name];
    return element(
      "button",
      {
        type: "button",
        role: "radio",
        class: "hg-button",
        "data-testid": `look-${name}`,
        onclick: () => this.look(name),
        onkeydown: (event) => {
          if (!event.key.startsWith("Arrow")) return;
          event.preventDefault();
          this.look(other);
          this.modes[other].focus();
        },
      },
      text,
    );
  }

  /** Show the movie of the model, or that of the own run. */
  look(name) {
    this.looking = name;
    const own = name === "run";
    this.run.node.hidden = !own;
    if (this.movie) this.movie.node.hidden = own;
    this.told.hidden = own || Boolean(this.movie);
    (own ? this.movie : this.run)?.pause();
    for (const [key, button] of Object.entries(this.modes)) {
      button.setAttribute("aria-checked", String(key === name));
      button.tabIndex = key === name ? 0 : -1;
    }
    this.main.dataset.look = name;
  }

  async start(chosen) {
    this.linked = false;
    await this.client.start(chosen);
    // On a narrow page the form stands below what it starts.
    if (this.root.clientWidth < 800) requestAnimationFrame(() => this.switch.scrollIntoView({ block: "start" }));
  }

  /** What the server tells of the own run. */
  async news(run) {
    const active = ["waiting", "running"].includes(run?.state);
    const fresh = run && !shown.has(run.id);
    this.form.busy(false, active);
    this.switch.hidden = !run;
    if (!run) {
      this.run.forget();
      if (this.looking === "run") this.look("movie");
      return;
    }
    shown.add(run.id);
    if ((fresh && !this.linked) || !this.movie) this.look("run");
    await this.run.show(run);
  }

  ready() {
    this.root.dataset.ready = "true";
  }

  moved(share) {
    if (this.share !== undefined && this.share !== share) this.address.report();
    this.share = share;
  }

  /** The parts of the scene; of the own run nothing, since it is nobody else's. */
  described() {
    return this.movie?.sheet ? { at: Math.max(this.movie.share, UNTRAINED) } : null;
  }

  hear(data, report) {
    const scene = this.address.hear(data, report);
    if (!this.watching) {
      this.watching = true;
      this.client.watch();
    }
    // A link leaves out what is 0: the movie then stands at its end, as it opens.
    if (scene && this.movie) this.movie.goTo(scene.at || 1);
  }

  pause() {
    this.watching = false;
    this.client.pause();
    this.movie?.pause();
    this.run.pause();
    this.address.pause();
  }

  themeMayHaveChanged() {
    if (!this.palette.read()) return;
    this.movie?.recolor();
    this.run.movie?.recolor();
  }

  resized() {
    this.movie?.request();
    this.run.movie?.request();
  }

  close() {
    this.client.pause();
    for (const part of [this.movie, this.run, this.address, this.routes]) part?.close();
    this.root.remove();
  }
}
