// The tray as it stands on every page: what was picked, pictures to begin with, ways to add more.
import { Adding } from "./adding.js";
import { atOnce } from "./at_once.js";
import { element, iconButton } from "./element.js";
import { recipeOffer } from "./recipe_offer.js";
import { PictureCanvas } from "./sheet.js";
import { tray } from "./tray.js";

const ACCEPT = "image/*,.heic,.heif";

export class TrayBar {
  /**
   * `parts`: model, routes, looks, onpick(item) and say(text). A page with a way of its own gives
   * `send(files)`, for what it does with people's pictures, its `field` for files, or `drawing`.
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.starters = [];
    this.stop = new AbortController();
    this.field ??= element("input", {
      type: "file",
      accept: ACCEPT,
      multiple: true,
      class: "hg-file",
      tabindex: "-1",
      "data-testid": "tray-input",
      "aria-label": "Your own pictures",
      onchange: () => {
        this.take([...this.field.files]);
        this.field.value = "";
      },
    });
    this.list = element("div", { class: "hg-tray-list", role: "group", "aria-label": "Pictures in the tray" });
    this.adding = new Adding({
      model: this.model,
      routes: this.routes,
      say: (text) => this.say(text),
      browse: () => this.field.click(),
      take: (files) => (this.send ? this.send(files) : this.take(files)),
      pick: (item) => this.use(item),
      drawing: this.drawing,
    });
    this.node = element(
      "section",
      { class: "hg-card hg-tray", "data-testid": "tray", "aria-label": "Tray" },
      element(
        "header",
        {},
        element("h2", {}, "Tray"),
        element("span", { class: "hg-faint" }, "Pick once, use on every page. Private."),
      ),
      this.adding.row,
      this.adding.pane,
      this.list,
      (this.said = element("p", { class: "hg-note", role: "status", hidden: true, "data-testid": "tray-said" })),
      this.field,
    );
    this.refresh = this.refresh.bind(this);
    tray.addEventListener("change", this.refresh);
  }

  async start() {
    try {
      this.starters = await this.routes.starters();
      await this.looks.of([...tray.items, ...this.starters]);
    } catch (error) {
      this.say(`The tray could not be filled: ${error.message}`);
    }
    await this.refresh();
  }

  async refresh() {
    const mine = tray.items;
    const others = this.starters.filter((item) => !tray.has(item));
    try {
      await this.looks.of([...mine, ...others]);
    } catch (error) {
      return this.say(`The tray could not be filled: ${error.message}`);
    }
    if (this.closed) return;
    this.list.replaceChildren(
      ...mine.map((item) => this.chip(item, true)),
      ...(mine.length && others.length ? [element("i", { class: "hg-tray-rule" })] : []),
      ...others.map((item) => this.chip(item, false)),
    );
  }

  chip(item, own) {
    const look = this.looks.at(item);
    const canvas = element("canvas", { class: "hg-thumb" });
    new PictureCanvas(canvas, this.model.image).draw(look.picture);
    const button = element(
      "button",
      {
        type: "button",
        class: "hg-chip-picture",
        title: look.problem ?? look.name,
        "aria-label": look.problem ?? `Use ${look.name}`,
        "data-testid": "tray-item",
        "data-kind": item.kind,
        disabled: Boolean(look.problem),
        onclick: () => this.onpick(item),
      },
      canvas,
    );
    if (!own) return button;
    return element(
      "span",
      { class: "hg-tray-own" },
      button,
      iconButton("close", `Take ${look.name || "this"} out of the tray`, () => tray.remove(item), {
        class: "hg-button hg-tiny",
      }),
    );
  }

  /** Put an item into the tray and use it at once. */
  async use(item) {
    await this.looks.of([item]);
    tray.add(item);
    this.onpick(item);
  }

  /** Send people's own pictures; each that can be used is picked at once. */
  async take(files, plain = false) {
    const { taken, sentence } = atOnce(files);
    for (const file of taken) {
      const name = file.name || "the picture";
      this.say(`Reading ${name} …`);
      try {
        const { id, message, far, scene, recipe } = await this.routes.upload(file, plain);
        if (scene) {
          this.say("");
          this.ask(file, scene);
          continue;
        }
        await this.use({ kind: "upload", id });
        this.say(far ? message : "");
        this.tell(recipe ?? "");
      } catch (error) {
        this.say(error.message);
      }
    }
    if (sentence) this.tell(sentence);
  }

  /** Say what stays said, whatever the page has to say about the picture. */
  tell(text) {
    this.said.textContent = text;
    this.said.hidden = !text;
  }

  /** Ask what is to be done with a picture that carries a scene. */
  ask(file, scene) {
    const onplain = () => this.take([file], true);
    this.node.closest(".hg-root").append(recipeOffer({ file, scene, base: this.routes.base, onplain }));
  }

  /** Take what is dropped on a page, or pasted while it is open. */
  feel(root, take = (files) => this.take(files)) {
    const taken = (event, from) => {
      const files = [...(from?.files ?? [])];
      if (!files.length || !root.isConnected) return;
      event.preventDefault();
      take(files);
    };
    root.addEventListener("dragover", (event) => event.preventDefault());
    root.addEventListener("drop", (event) => taken(event, event.dataTransfer));
    addEventListener("paste", (event) => taken(event, event.clipboardData), { signal: this.stop.signal });
  }

  /** The page is left: the camera's light goes out. */
  pause() {
    this.adding.camera.stop();
  }

  close() {
    this.closed = true;
    this.stop.abort();
    this.adding.close();
    tray.removeEventListener("change", this.refresh);
  }
}
