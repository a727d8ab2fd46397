// A digit drawn by hand on the map's page: it lands while it is drawn, and its star can be dragged.
import { element } from "./element.js";
import { Sketch } from "./sketch.js";

const RESTED = 600; // Milliseconds after which a pen that was lifted has finished, for now.

export class MapSketch {
  /** `parts`: model, routes, shown, uploads, panel, say(text), hands() and onclose(). */
  constructor(parts) {
    Object.assign(this, parts);
    this.sketch = new Sketch({
      look: (blob, signal, last) => this.look(blob, signal, last),
      onkeep: () => {},
      onclear: () => this.begin(),
      onclose: () => this.ended(),
    });
    this.sketch.keep.hidden = true; // What is drawn here stays by itself, as a star.
    const how = element("p", { class: "hg-faint" }, "It lands on the map while you draw; then drag its star.");
    this.node = element("section", { class: "hg-card hg-map-sketch", "aria-label": "Drawing", hidden: true }, how, this.sketch.node);
  }

  enter() {
    this.begin();
    this.stand(true);
    this.sketch.open();
    this.node.scrollIntoView({ block: "nearest" });
  }

  stop() {
    this.sketch.stop();
  }

  ended() {
    this.begin();
    this.stand(false);
    this.onclose();
  }

  /** The paper takes the place of the facts, beside the map. */
  stand(there) {
    this.node.hidden = !there;
    this.panel.node.hidden = there;
  }

  /** A new drawing: the star of the one before stays where it is. */
  begin() {
    clearTimeout(this.resting);
    this.star = null;
    this.say("");
  }

  /** Show what is drawn so far at the place where it falls. */
  async look(blob, signal, last) {
    clearTimeout(this.resting);
    try {
      const path = `sketches?model=${encodeURIComponent(this.model.name)}`;
      const { arrays } = await this.routes.sendFile(path, blob, signal);
      if (signal.aborted || this.sketch.node.hidden) return;
      const [x, y] = arrays.place.data;
      this.shown.at(x, y);
      this.say("");
      if (last()) this.resting = setTimeout(() => this.keep(blob), RESTED);
    } catch (error) {
      // A drawing that has just begun is too small to be a digit; that is said when the pen rests.
      if (error.name !== "AbortError" && last()) this.say(error.message);
    }
  }

  /** The drawing becomes a star; when it is gone on with, the next star takes its place. */
  async keep(blob) {
    const { uploads, star } = this;
    if (star && uploads.cards.has(star)) await uploads.remove(star);
    await uploads.take([new File([blob], "your drawing", { type: "image/png" })]);
    this.star = this.hands().star;
  }

  close() {
    clearTimeout(this.resting);
    this.sketch.close();
  }
}
