// A digit drawn by hand beside the tray, with what the model makes of it while it is drawn.
import { element } from "./element.js";
import { PictureCanvas } from "./sheet.js";
import { Sketch } from "./sketch.js";

export class Drawing {
  /** `parts`: model, routes, say(text), onkeep(file) and onclose(). */
  constructor(parts) {
    Object.assign(this, parts);
    this.sketch = new Sketch({
      look: (blob, signal, last) => this.look(blob, signal, last),
      onkeep: (file) => this.keep(file),
      onclear: () => this.clear(),
      onclose: () => this.ended(),
    });
    const caption = "as the model draws it";
    const canvas = element("canvas", { class: "hg-thumb", role: "img", "aria-label": caption, "data-testid": "drawn-image" });
    this.picture = new PictureCanvas(canvas, this.model.image);
    this.figure = element("figure", { class: "hg-invisible" }, canvas, element("figcaption", {}, caption));
    this.node = element("div", { class: "hg-drawing", hidden: true }, this.sketch.node, this.figure);
  }

  enter() {
    this.node.hidden = false;
    this.sketch.open();
    this.node.scrollIntoView({ block: "nearest" });
  }

  async look(blob, signal, last) {
    try {
      const path = `sketches?model=${encodeURIComponent(this.model.name)}`;
      const { arrays } = await this.routes.sendFile(path, blob, signal);
      if (signal.aborted || this.node.hidden) return;
      this.picture.draw(arrays.reconstruction.data);
      this.figure.classList.remove("hg-invisible");
      this.say("");
    } catch (error) {
      // A drawing that has just begun is too small to be a digit; that is said when the pen rests.
      if (error.name !== "AbortError" && last()) this.say(error.message);
    }
  }

  keep(file) {
    this.onkeep(file);
    this.stop();
  }

  clear() {
    this.figure.classList.add("hg-invisible");
    this.say("");
  }

  stop() {
    this.sketch.stop();
  }

  ended() {
    this.node.hidden = true;
    this.sketch.blank();
    this.figure.classList.add("hg-invisible");
    this.onclose();
  }

  close() {
    this.sketch.close();
  }
}
