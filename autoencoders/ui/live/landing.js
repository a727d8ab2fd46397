// A digit drawn by hand: what the model makes of it, and where it lands, while it is drawn.
import { Sketch } from "./sketch.js";

export class Landing {
  /** `parts`: model, routes, rebuilt, trail, root, say(text), onkeep(file), onenter() and onleave(). */
  constructor(parts) {
    Object.assign(this, parts);
    this.sketch = new Sketch({
      look: (blob, signal, last) => this.look(blob, signal, last),
      onkeep: (file) => this.onkeep(file),
      onclear: () => this.clear(),
      onclose: () => {
        delete this.root.dataset.sketching;
        this.onleave();
      },
    });
    this.node = this.sketch.node;
    this.steps = [];
  }

  get open() {
    return !this.node.hidden;
  }

  enter() {
    this.root.dataset.sketching = "true";
    this.sketch.open();
    this.clear();
    this.onenter();
  }

  clear() {
    this.steps = [];
    this.trail.setTrail(new Float32Array());
    this.say("");
  }

  async look(blob, signal, last) {
    try {
      const path = `sketches?model=${encodeURIComponent(this.model.name)}`;
      const answer = await this.routes.sendFile(path, blob, signal);
      if (signal.aborted || !this.open) return;
      this.rebuilt.show(answer);
      const [x, y] = answer.arrays.place.data;
      this.steps.push(x, y);
      this.trail.setTrail(Float32Array.from(this.steps));
      this.trail.point(x, y);
      this.root.dataset.landed = JSON.stringify([x, y]);
      this.say("");
    } catch (error) {
      // A drawing that has just begun is too small to be a digit; that is said when the pen rests.
      if (error.name !== "AbortError" && last()) this.say(error.message);
    }
  }

  stop() {
    this.sketch.stop();
  }

  close() {
    this.sketch.close();
  }
}
