// A drag of one of several sliders: a blend on every frame, the exact pictures at rest.
import { PERSON } from "./edit.js";
import { EditStrips } from "./edit_strips.js";

const REST = 140; // Milliseconds without movement before the exact pictures are asked for.
const DWELL = 150; // Milliseconds over a slider before its strip is asked for.

export class EditDrag {
  /**
   * `parts`: routes, edit, stage, sliders, onactive(key), say(text), and scene(): {subject, several,
   * values, about}, where `about` is all else that a strip depends on; null before there is one.
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.strips = new EditStrips(this.routes);
    this.draw = this.draw.bind(this);
    this.checkRest = this.checkRest.bind(this);
    this.letGo = this.letGo.bind(this);
  }

  /** A strip is one slider's, with all else as it stands. */
  id(key) {
    const { values, about } = this.scene();
    const others = Object.entries(values).filter(
      ([other, value]) => other !== key && value !== (other === PERSON ? 1 : 0),
    );
    return JSON.stringify([key, others.sort(), about]);
  }

  /** A slider is pointed at ("hover"), focused ("focus") or held ("hold"): its strip is needed. */
  grab(key, how) {
    clearTimeout(this.dwell);
    if (this.held) return;
    if (how === "hover") {
      this.dwell = setTimeout(() => this.held || this.want(key), DWELL);
      return;
    }
    if (how === "hold") {
      this.held = key;
      for (const end of ["pointerup", "pointercancel"])
        addEventListener(end, this.letGo, { once: true, capture: true });
    }
    this.activate(key);
    if (this.scene()) this.strips.giveUp([this.id(key)]);
    this.want(key);
  }

  letGo() {
    if (!this.held) return;
    this.held = null;
    if (!this.inexact && !this.timer) this.prefetch();
  }

  activate(key) {
    if (this.active === key) return;
    this.active = key;
    if (key !== PERSON) this.onactive(key);
  }

  async want(key) {
    if (!key || !this.scene()) return;
    const id = this.id(key);
    const asked = this.asked(key); // Now: the scene may be gone when the strip's turn comes.
    const ready = () => this.inexact && this.active === key && this.id(key) === id && this.request();
    try {
      await this.strips.want(id, () => asked, ready);
    } catch (error) {
      this.say(error.message);
    }
  }

  asked(key) {
    const { subject, several, values } = this.scene();
    const of = (subjects) => ({
      bases: subjects.map((each) => this.edit.code(each, values, key)),
      vectors: (key === PERSON ? subjects : subjects.slice(0, 1)).map((each) => [
        ...this.edit.vector(key, each),
      ]),
    });
    return { one: of([subject]), several: of(several), span: this.edit.span(key) };
  }

  /** A slider has moved. */
  move(key) {
    this.activate(key);
    this.inexact = true;
    this.stage.unsettle();
    this.movedAt = performance.now();
    this.resting?.abort();
    this.timer ??= setTimeout(this.checkRest, REST);
    this.request();
  }

  request() {
    this.waiting ||= requestAnimationFrame(this.draw);
  }

  draw() {
    this.waiting = 0;
    const scene = this.scene();
    if (!scene || !this.inexact) return; // The exact picture has come before this frame.
    const key = this.active;
    const code = this.score();
    const strip = this.strips.at(this.id(key));
    if (!strip?.one) return this.stage.setState("waiting", "a moment: its pictures are on their way");
    const [low, high] = this.edit.span(key);
    const t = ((scene.values[key] ?? (key === PERSON ? 1 : 0)) - low) / (high - low);
    const at = (sheet) => sheet.blendFrame(t * (sheet.header.frames - 1));
    this.stage.show(at(strip.one), code);
    if (strip.several) this.stage.showSeveral(at(strip.several), strip.several.header.tile);
    this.stage.setState("blend", "live blend");
  }

  /** Show where the picture now stands on each direction; returns its code. */
  score() {
    const { subject, values } = this.scene();
    const code = this.edit.code(subject, values);
    this.sliders.setScores(this.edit.directions.map((one) => [one.key, this.edit.score(one, code)]));
    return code;
  }

  checkRest() {
    const left = REST - (performance.now() - this.movedAt);
    this.timer = left > 1 ? setTimeout(this.checkRest, left) : null;
    if (left <= 1) this.refresh();
  }

  /** Show the exact pictures, then fetch what will probably be dragged next. */
  async refresh() {
    if (this.closed || !this.scene()) return;
    this.resting?.abort();
    this.stage.unsettle();
    delete this.stage.canvas.dataset.strips;
    const { signal } = (this.resting = new AbortController());
    const { subject, several, values } = this.scene();
    const code = this.edit.code(subject, values);
    try {
      const { header, arrays } = await this.routes.exact([code], signal);
      if (signal.aborted) return;
      this.inexact = false;
      this.stage.show(arrays.images.data, code);
      const { milliseconds, device, precision } = header;
      this.stage.setState("exact", `exact · ${milliseconds.toFixed(1)} ms · ${device} · ${precision}`);
      const bases = several.map((each) => this.edit.code(each, values));
      const others = await this.routes.post("attributes/several", { bases }, signal);
      if (signal.aborted) return;
      const { mosaic } = others.arrays;
      this.stage.showSeveral(mosaic.data, mosaic.shape);
      this.prefetch();
    } catch (error) {
      if (error.name !== "AbortError") this.stage.setState("blend", "offline · live blend");
    }
  }

  /** Strips of the slider used last and of the favourite one; nothing while a slider is held. */
  async prefetch() {
    if (this.held || !this.scene()) return;
    const keys = [...new Set([this.active, this.edit.favourite])].filter(Boolean);
    this.strips.giveUp(keys.map((key) => this.id(key)));
    for (const key of keys) {
      await this.want(key);
      if (this.held || this.inexact) return;
    }
    this.stage.canvas.dataset.strips = keys.join(" "); // Ready to be dragged.
  }

  close() {
    this.closed = true;
    this.strips.giveUp([]);
    this.resting?.abort();
    clearTimeout(this.timer);
    clearTimeout(this.dwell);
    cancelAnimationFrame(this.waiting);
  }
}
