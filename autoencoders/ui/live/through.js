// Through the hourglass: one picture on its way through every layer, down to the code and up again.
import { Address, itemOf, partsOf } from "./address.js";
import { Channels } from "./channels.js";
import { element, iconButton } from "./element.js";
import { Ends } from "./ends.js";
import { Hourglass } from "./hourglass.js";
import { firstOf, remember } from "./last_picture.js";
import { Palette } from "./palette.js";
import { stagesFrom } from "./passage.js";
import { Past } from "./past.js";
import { RouteError, Routes } from "./routes.js";
import { Sketch } from "./sketch.js";
import { StagePanel, shareOf } from "./stage_panel.js";
import { dressed } from "./stylesheet.js";
import { Looks, keyOf, tray } from "./tray.js";
import { TrayBar } from "./tray_bar.js";

await dressed("through.css");

const GLIDE = 260; // Milliseconds from one stage to the next.
const WHOLE = 900; // The same while it plays.
const HOW = "A bar’s height is the logarithm of how many numbers it holds. Drag across; click a bar to open it.";
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Through {
  constructor(data, base) {
    this.model = data.model;
    this.routes = new Routes(base, data.model);
    this.looks = new Looks(this.routes);
    this.root = element("div", { class: "hg-root hg-page hg-through", "data-testid": "live-root" });
    this.palette = new Palette(this.root);
    this.state = { item: null };
    this.at = 0; // Share of the way, whatever the number of stages.
    this.address = new Address(() => this.described());
    this.past = new Past((state) => this.show(state), this.root);
    this.frame = this.frame.bind(this);
    this.build();
    this.start();
  }

  build() {
    const { model, routes, looks } = this;
    const say = (text) => this.say(text);
    const paper = { enter: () => this.enterDrawing(), stop: () => this.sketch.stop() };
    this.bar = new TrayBar({ model, routes, looks, say, drawing: paper, onpick: (item) => this.pick(item) });
    this.bar.feel(this.root);
    this.sketch = new Sketch({
      look: (blob, signal, last) => this.look(blob, signal, last),
      onkeep: (file) => this.bar.take([file]),
      onclear: () => this.say(""),
      onclose: () => this.leaveDrawing(),
    });
    this.hourglass = new Hourglass({
      onseek: (t) => this.seek(t),
      // Of two quick keys the second goes on from where the first one leads.
      heading: () => (this.gliding && !this.playing ? this.gliding.to : this.t),
      onrest: () => this.glide(Math.round(this.t)),
      onstep: (t) => this.glide(t),
      onopen: (k, from) => this.open(k, from),
    });
    this.panel = new StagePanel({ landmarks: model.landmarks, onopen: (from) => this.open(Math.round(this.t), from) });
    this.channels = new Channels(this.root);
    this.status = element("p", { class: "hg-note", role: "status", hidden: true, "data-testid": "page-status" });
    this.name = element("h2", { "data-testid": "source-name" });
    this.ends = new Ends();
    this.notes = element("p", { class: "hg-how", "data-testid": "source-notes" });
    this.arrange();
    this.root.addEventListener(
      "transitionrun",
      (event) => event.target === this.root && this.themeMayHaveChanged(),
    );
  }

  arrange() {
    this.title = element("h2", { "data-testid": "through-title" });
    this.play = iconButton("play", "Play: from the picture to its reconstruction", () => this.toggle(), { "data-testid": "through-play" }, "Play");
    this.root.append(
      element(
        "section",
        { class: "hg-card hg-through-glass", "aria-label": "The network" },
        element("header", {}, this.title, element("p", { class: "hg-how hg-grow hg-through-how" }, HOW), this.past.undo, this.past.redo, this.play),
        this.hourglass.node,
      ),
      element(
        "div",
        { class: "hg-through-below" },
        this.panel.node,
        element(
          "div",
          { class: "hg-through-side" },
          element("section", { class: "hg-card hg-through-source", "aria-label": "The picture" }, this.name, this.notes, this.status, this.sketch.node, this.ends.node),
          this.bar.node,
        ),
      ),
    );
    this.sizes = new ResizeObserver(() => this.stages && this.hourglass.show(this.stages));
    this.sizes.observe(this.hourglass.stage);
  }

  async start() {
    await Promise.all([this.loadPlaces(), this.bar.start()]);
    if (this.closed) return;
    if (this.wanted) this.follow(this.wanted);
    const first = this.first();
    if (this.state.item === null && first) this.step({ item: first });
  }

  /** Where the test pictures lie, for a code that is a place itself. */
  async loadPlaces() {
    if (this.model.code_size > 2) return;
    try {
      this.panel.pictures.places = (await this.routes.places()).arrays.places.data;
    } catch {
      // Without them the code is drawn as bars.
    }
  }

  first() {
    return firstOf([...tray.items, ...this.bar.starters], this.looks);
  }

  get last() {
    return Math.max((this.stages?.length ?? 2) - 1, 1);
  }

  /** The place among the stages: 0 is the picture. */
  get t() {
    const t = this.at * this.last;
    const near = Math.round(t);
    return Math.abs(t - near) < 1e-4 ? near : t; // A share that was rounded on its way through a link.
  }

  /** Go to a place at once: a slider or a pointer moves. */
  seek(t) {
    this.halt();
    this.moveTo(t);
  }

  moveTo(t) {
    this.at = Math.min(Math.max(t / this.last, 0), 1);
    this.request();
    this.address.report();
  }

  request() {
    this.waiting ||= requestAnimationFrame(this.frame);
  }

  frame(now) {
    this.waiting = 0;
    if (!this.stages) return;
    if (this.gliding) this.advance(now);
    this.hourglass.follow(this.t);
    this.panel.draw(this.t);
    if (this.gliding) this.request();
  }

  /** Move to a stage, in sight of the person; `pace`: milliseconds a stage. */
  glide(to, pace = 0) {
    this.halt();
    if (still.matches && !pace) return this.moveTo(to);
    const from = this.t;
    this.gliding = { from, to, begun: null, takes: pace ? pace * Math.abs(to - from) : GLIDE };
    this.request();
  }

  advance(now) {
    const { gliding } = this;
    gliding.begun ??= now;
    const part = gliding.takes ? Math.min((now - gliding.begun) / gliding.takes, 1) : 1;
    this.at = (gliding.from + part * (gliding.to - gliding.from)) / this.last;
    if (part < 1) return;
    this.halt();
    this.moveTo(gliding.to);
  }

  halt() {
    this.gliding = null;
    if (this.playing) this.setPlaying(false);
  }

  toggle() {
    if (!this.stages) return;
    if (this.playing) return this.glide(Math.round(this.t));
    if (this.at >= 1) this.at = 0;
    this.glide(this.last, WHOLE);
    this.setPlaying(true);
  }

  setPlaying(playing) {
    this.playing = playing;
    const words = playing ? "Pause" : "Play";
    this.play.replaceChildren(...iconButton(playing ? "pause" : "play", words, null, {}, words).childNodes);
  }

  open(k, from) {
    if (!this.stages) return;
    this.seek(k);
    this.channels.open(this.stages[k], from);
  }

  /** Show what a link asks for; of a picture that it leaves out, the one that is here stays. */
  follow(scene) {
    const item = itemOf(scene, this.model.name) ?? this.state.item ?? this.first();
    if (!item) return;
    if (this.drawn) this.sketch.stop();
    this.halt();
    this.at = scene.at;
    this.instead = "";
    if (this.stages) this.glide(Math.round(this.t));
    this.step({ item });
  }

  described() {
    const { item } = this.state;
    if (!this.base || this.shown !== keyOf(item) || this.drawn) return null;
    return { ...partsOf(item, this.base, this.model.name), at: this.at };
  }

  pick(item) {
    this.bar.pause();
    this.instead = "";
    this.state = { item };
    if (this.drawn) this.sketch.stop();
    this.step({ item });
  }

  /** Change the state, as a step that can be undone. */
  step(change) {
    this.state = { ...this.state, ...change };
    this.past.note(this.state);
    return this.refresh();
  }

  show(state) {
    this.instead = "";
    this.state = state;
    if (this.drawn) this.sketch.stop();
    return this.refresh();
  }

  async refresh() {
    const { item } = this.state;
    if (!item) return;
    const key = keyOf(item);
    if (key === this.wantedKey) return;
    this.wantedKey = key;
    this.asked?.abort();
    const { signal } = (this.asked = new AbortController());
    remember(item);
    try {
      const answer = await this.routes.post("passages", { item }, signal);
      if (signal.aborted || this.closed) return;
      this.shown = key;
      this.base = answer.arrays.base.data;
      this.say(this.instead ? `${this.instead} This is another one instead.` : "");
      this.take(answer);
      this.address.report();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.wantedKey = null;
      this.say(error.message);
      this.root.dataset.ready = "true";
      if (error instanceof RouteError) this.replace(item, error.message);
    }
  }

  /** A picture that is gone: one to begin with takes its place, and why is said. */
  replace(item, why) {
    const other = firstOf(this.bar.starters, this.looks, null);
    if (!other || keyOf(other) === keyOf(item)) return;
    this.instead = why;
    this.state = { item: other };
    this.past.amend(this.state);
    this.refresh();
  }

  /** Show an answer, where the slider stands. */
  take(answer) {
    const first = !this.stages;
    this.stages = stagesFrom(answer);
    const { name, notes } = answer.header;
    this.name.textContent = name.charAt(0).toUpperCase() + name.slice(1);
    this.notes.textContent = notes.join(" ");
    this.title.replaceChildren(...titleOf(this.stages));
    this.hourglass.show(this.stages);
    this.ends.show(this.stages);
    this.panel.show(this.stages);
    if (first) this.at = Math.round(this.t) / this.last;
    this.channels.refresh(this.stages);
    this.request();
    this.root.dataset.ready = "true";
    this.root.dataset.shown = String((Number(this.root.dataset.shown) || 0) + 1);
  }

  enterDrawing() {
    this.drawn = true;
    this.asked?.abort();
    this.sketch.open();
    this.name.textContent = "Your drawing";
    this.notes.textContent = "Draw one digit and watch it go through.";
  }

  leaveDrawing() {
    this.drawn = false;
    this.bar.adding.left("draw");
    this.wantedKey = null;
    this.refresh();
  }

  /** What is drawn so far goes through the network. */
  async look(blob, signal, last) {
    try {
      const path = `passages/sketch?model=${encodeURIComponent(this.model.name)}`;
      const answer = await this.routes.sendFile(path, blob, signal);
      if (signal.aborted || !this.drawn) return;
      this.say("");
      this.take(answer);
    } catch (error) {
      // A drawing that has just begun is too small to be a digit; that is said when the pen rests.
      if (error.name !== "AbortError" && last()) this.say(error.message);
    }
  }

  say(text) {
    this.status.textContent = text;
    this.status.hidden = !text;
  }

  hear(data, report) {
    if (data.problem) this.say(data.problem);
    const scene = this.address.hear(data, report);
    if (!scene) return;
    this.wanted = scene;
    if (this.state.item) this.follow(scene);
  }

  pause() {
    this.halt();
    this.bar.pause();
    this.address.pause();
  }

  themeMayHaveChanged() {
    this.palette.read();
  }

  resized() {
    if (this.stages) this.hourglass.show(this.stages);
  }

  close() {
    this.closed = true;
    this.asked?.abort();
    this.sizes.disconnect();
    cancelAnimationFrame(this.waiting);
    for (const part of [this.bar, this.sketch, this.past, this.address, this.routes]) part.close();
    this.root.remove();
  }
}

/** "784 numbers, squeezed into 2 (392 to 1), and drawn again". */
function titleOf(stages) {
  const [{ count }] = stages;
  const code = stages.find(({ part }) => part === "code").count;
  const words = (many) => many.toLocaleString("en");
  const ratio = code < count ? ` (${shareOf(code, count)[1]})` : "";
  return [`${words(count)} numbers go in, `, element("b", {}, words(code)), ` ${code === 1 ? "is" : "are"} left at the waist${ratio}`];
}
