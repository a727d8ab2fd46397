// One row of ways to add pictures, the same on every page, and the pane that some of them open.
import { Camera } from "./camera.js";
import { Drawing } from "./drawing.js";
import { element, iconButton } from "./element.js";
import { TestPictures } from "./test_pictures.js";

const NO_CAMERA = "No camera: a browser gives it to a page only over https or on this machine itself.";
const PHOTOGRAPH = { person: "Photograph yourself", paper: "Photograph a digit on paper" };

export class Adding {
  /**
   * `parts`: model, routes, say(text), browse() for files, take(files) for what was photographed
   * or drawn, pick(item) for a test picture; `drawing`, of a page that shows drawings in a place
   * of its own: {enter(), stop()}, which calls `left("draw")` here when it has ended.
   */
  constructor(parts) {
    Object.assign(this, parts);
    const { adding } = this.model;
    const left = (way) => () => this.left(way);
    this.camera = new Camera({
      say: this.say,
      facing: adding.camera === "paper" ? "environment" : "user",
      ontake: (file) => this.take([file]),
      onclose: left("camera"),
    });
    if (adding.draws && !this.drawing) this.drawing = this.paper = this.drawingHere();
    this.pictures = new TestPictures({ model: this.model, routes: this.routes, say: this.say, onpick: this.pick });
    this.ways = {
      camera: { open: () => this.camera.open(), shut: () => this.camera.stop() },
      draw: { open: () => this.drawing.enter(), shut: () => this.drawing.stop() },
      gallery: { open: () => this.pictures.open(), shut: () => this.pictures.shut() },
    };
    const seen = Boolean(navigator.mediaDevices?.getUserMedia);
    this.buttons = {
      camera: seen && this.button("camera", "camera", PHOTOGRAPH[adding.camera], "open-camera", "Camera"),
      draw: adding.draws && this.button("draw", "pen", "Draw a digit and see where it lands", "open-sketch", "Draw"),
      gallery: this.button("gallery", "gallery", "Choose among the test pictures", "open-gallery", "Gallery"),
    };
    const upload = iconButton(
      "upload",
      "Add pictures of your own: choose them, drop them anywhere on the page, or paste them; nobody else can see them",
      this.browse,
      { "data-testid": "add-picture" },
      "Upload",
    );
    const absent = [adding.absent, seen ? "" : NO_CAMERA].filter(Boolean).join(" ");
    this.row = element(
      "div",
      { class: "hg-adding", role: "group", "aria-label": "Add pictures to the tray" },
      upload,
      ...Object.values(this.buttons),
      absent && element("span", { class: "hg-faint", "data-testid": "adding-absent" }, absent),
    );
    this.pane = element("div", { class: "hg-adding-pane" }, this.camera.node, this.paper?.node, this.pictures.node);
  }

  button(way, icon, title, test, text) {
    const toggle = () => this.toggle(way);
    return iconButton(icon, title, toggle, { "data-testid": test, "aria-expanded": "false" }, text);
  }

  drawingHere() {
    const { model, routes, say } = this;
    return new Drawing({
      model,
      routes,
      say,
      onkeep: (file) => this.take([file]),
      onclose: () => this.left("draw"),
    });
  }

  /** One way is open at a time; the button of the one that is open closes it. */
  toggle(way) {
    const before = this.at;
    this.leave();
    if (before === way) return;
    this.at = way;
    this.buttons[way].setAttribute("aria-expanded", "true");
    this.ways[way].open();
  }

  leave() {
    const { at } = this;
    if (at) this.ways[at].shut();
    this.left(at);
  }

  /** A way has ended, by its own button perhaps: keys go on from where it was opened. */
  left(way) {
    if (!way || this.at !== way) return;
    this.at = null;
    const button = this.buttons[way];
    button.setAttribute("aria-expanded", "false");
    if (document.activeElement === document.body || !document.activeElement?.checkVisibility()) button.focus({ preventScroll: true });
  }

  close() {
    this.leave();
    this.paper?.close();
    this.pictures.close();
  }
}
