// Pictures people bring: dropped, picked or pasted; a card and a star for each.
import { atOnce } from "./at_once.js";
import { element, iconButton } from "./element.js";
import { recipeOffer } from "./recipe_offer.js";
import { tray } from "./tray.js";

const SLOW = 1000; // Milliseconds after which work in progress is shown as such.
const ACCEPT = "image/*,.heic,.heif";

export class Uploads {
  /** `parts`: root (what feels drops), routes, markers, say(text) and hands() for choosing stars. */
  constructor(parts) {
    Object.assign(this, parts);
    this.cards = new Map();
    this.stop = new AbortController();
    this.field = element("input", {
      type: "file",
      accept: ACCEPT,
      multiple: true,
      class: "hg-file",
      tabindex: "-1",
      "data-testid": "upload-input",
      "aria-label": "Pictures to place on the map",
      onchange: () => {
        this.take([...this.field.files]);
        this.field.value = "";
      },
    });
    this.veil = element(
      "div",
      { class: "hg-veil", hidden: true },
      element("span", {}, "Drop pictures to see where they land"),
    );
    this.node = element("section", {
      class: "hg-uploads",
      "aria-label": "Your pictures",
      hidden: true,
    });
    this.listen();
  }

  listen() {
    const options = { signal: this.stop.signal };
    const { root } = this;
    const files = (event) => event.dataTransfer?.types.includes("Files");
    root.addEventListener(
      "dragover",
      (event) => {
        if (!files(event)) return;
        event.preventDefault();
        this.veil.hidden = false;
      },
      options,
    );
    root.addEventListener(
      "dragleave",
      (event) => {
        if (!root.contains(event.relatedTarget)) this.veil.hidden = true;
      },
      options,
    );
    root.addEventListener(
      "drop",
      (event) => {
        if (!files(event)) return;
        event.preventDefault();
        this.veil.hidden = true;
        this.take([...event.dataTransfer.files]);
      },
      options,
    );
    addEventListener(
      "paste",
      (event) => {
        const pasted = [...(event.clipboardData?.files ?? [])];
        if (!pasted.length || !root.isConnected) return;
        event.preventDefault();
        this.take(pasted);
      },
      options,
    );
  }

  /** Bring back this browser's pictures after a reload. */
  async load() {
    try {
      for (const answer of await this.routes.uploads())
        if (!this.cards.has(answer.id)) this.add(answer);
    } catch (error) {
      console.warn("Earlier pictures could not be asked for:", error);
    }
  }

  /** Send pictures one after the other, so that a poor line and a small server cope. */
  async take(files) {
    const { taken, sentence } = atOnce(files);
    for (const file of taken) this.waiting(file);
    for (const file of taken) await this.send(file);
    if (sentence) this.say(sentence);
  }

  waiting(file) {
    const bar = element("progress", { "aria-label": `Reading ${file.name}`, hidden: true });
    file.card = element(
      "article",
      { class: "hg-card hg-upload hg-waiting", hidden: true },
      element("h2", {}, file.name || "pasted picture"),
      bar,
    );
    file.timer = setTimeout(() => {
      file.card.hidden = false;
      bar.hidden = false;
    }, SLOW);
    this.node.append(file.card);
    this.node.hidden = false;
  }

  async send(file, plain = false) {
    try {
      const answer = await this.routes.upload(file, plain);
      if (answer.scene) return this.ask(file, answer.scene);
      this.add(answer);
      tray.add({ kind: "upload", id: answer.id });
      this.hands().visitStar(answer.id);
      if (answer.recipe) this.say(answer.recipe);
    } catch (error) {
      this.fail(file, error.message);
    } finally {
      clearTimeout(file.timer);
      file.card.remove();
      this.tidy();
    }
  }

  /** Ask what is to be done with a picture that carries a scene. */
  ask(file, scene) {
    const onplain = () => {
      this.waiting(file);
      this.send(file, true);
    };
    const offer = recipeOffer({ file, scene, base: this.routes.base, onplain });
    this.node.prepend(offer);
    offer.scrollIntoView({ block: "nearest" });
  }

  fail(file, sentence) {
    const card = element(
      "article",
      {
        class: "hg-card hg-upload hg-failed",
        "data-testid": "upload-card",
        "data-state": "failed",
        role: "alert",
      },
      element(
        "header",
        {},
        element("h2", {}, file.name || "pasted picture"),
        this.button("close", "Dismiss", () => {
          card.remove();
          this.tidy();
        }),
      ),
      element("p", {}, sentence),
    );
    this.node.prepend(card);
  }

  button(name, title, run) {
    return iconButton(name, title, run, { class: "hg-button hg-quiet" });
  }

  picture(url, caption, note = "") {
    const image = element("img", {
      src: this.routes.url(url),
      alt: caption,
      loading: "lazy",
      draggable: "false",
    });
    return element("figure", { title: note }, image, element("figcaption", {}, caption));
  }

  add(answer) {
    const { id, name, place } = answer;
    const card = { answer, code: place.slice() };
    card.back = iconButton(
      "back",
      "Put the star back where the picture fell",
      () => this.putBack(id),
      { hidden: true, "data-testid": "star-back" },
      "Put back",
    );
    card.where = element("span", { class: "hg-faint", "data-testid": "star-code" });
    card.node = element(
      "article",
      {
        class: "hg-card hg-upload",
        "data-testid": "upload-card",
        "data-state": "done",
        "data-id": id,
        onclick: (event) => this.clicked(event, id),
      },
      element(
        "header",
        {},
        element("span", { class: "hg-star-mark", "aria-hidden": "true" }, "★"),
        element("h2", { title: name }, name),
        card.back,
        this.button("close", `Remove ${name}`, () => this.remove(id)),
      ),
      element(
        "p",
        { class: answer.far ? "hg-far" : "", "data-testid": "upload-message" },
        answer.message,
      ),
      answer.landing &&
        element("p", { class: "hg-faint", "data-testid": "upload-landing" }, answer.landing),
      this.results(answer),
      element(
        "p",
        { class: "hg-row" },
        element("span", {}, `error ${answer.mse.toFixed(4)}`),
        card.where,
      ),
      this.preparation(answer),
    );
    this.cards.set(id, card);
    this.node.prepend(card.node);
    this.node.hidden = false;
    this.place(id);
  }

  results(answer) {
    const shown = [
      ["original", "original"],
      ["prepared", "as the model sees it"],
      ["reconstruction", "reconstruction"],
      ["difference", "difference"],
    ];
    return element(
      "div",
      { class: "hg-pairs hg-wide" },
      shown
        .filter(([key]) => answer[key])
        .map(([key, caption]) => this.picture(answer[key], caption)),
    );
  }

  preparation(answer) {
    const notes = answer.notes?.length
      ? element(
          "ul",
          {},
          answer.notes.map((note) => element("li", {}, note)),
        )
      : null;
    if (!answer.steps?.length && !notes) return null;
    return element(
      "details",
      {},
      element("summary", {}, "How it was prepared"),
      element(
        "div",
        { class: "hg-steps" },
        (answer.steps ?? []).map(({ title, note, url }) =>
          element(
            "div",
            {},
            this.picture(url, title, note),
            element("p", { class: "hg-faint" }, note),
          ),
        ),
      ),
      notes,
    );
  }

  clicked(event, id) {
    if (event.target.closest("button, summary, details")) return;
    this.hands().visitStar(id);
  }

  codeOf(id) {
    return this.cards.get(id).code;
  }

  place(id) {
    const { answer, code, where, back } = this.cards.get(id);
    this.markers.star(id, code, answer.name);
    const away = code[0] !== answer.place[0] || code[1] !== answer.place[1];
    back.hidden = !away;
    where.textContent = `${away ? "moved to" : "at"} ${code.map((v) => v.toPrecision(3)).join(", ")}`;
  }

  /** Move a star; called on every frame while it is dragged. */
  move(id, code) {
    const card = this.cards.get(id);
    card.code[0] = code[0];
    card.code[1] = code[1];
    this.markers.star(id, card.code, card.answer.name);
  }

  moved(id) {
    this.place(id);
  }

  putBack(id) {
    const card = this.cards.get(id);
    this.move(id, card.answer.place);
    this.place(id);
    this.hands().visitStar(id);
    this.hands().edits.note();
  }

  /** Where stars stand that were moved, by their pictures' ids. */
  moves() {
    const moved = [...this.cards].filter(([, { answer, code }]) => code.some((value, k) => value !== answer.place[k]));
    return Object.fromEntries(moved.map(([id, { code }]) => [id, [...code]]));
  }

  /** Stand stars at `moves`, all others where their pictures fell; returns one that moved, or null. */
  arrange(moves) {
    let last = null;
    for (const [id, card] of this.cards) {
      const code = moves[id] ?? card.answer.place;
      if (card.code[0] === code[0] && card.code[1] === code[1]) continue;
      this.move(id, code);
      this.place(id);
      last = id;
    }
    return last;
  }

  choose(id) {
    for (const [other, { node }] of this.cards) node.classList.toggle("hg-chosen", other === id);
  }

  async remove(id) {
    this.cards.get(id).node.remove();
    this.cards.delete(id);
    tray.remove({ kind: "upload", id });
    this.markers.dropStar(id);
    if (this.hands().star === id) this.hands().chooseStar(null);
    this.tidy();
    try {
      await this.routes.forget(id);
    } catch (error) {
      this.say(`The picture could not be removed from the server: ${error.message}`);
    }
  }

  tidy() {
    this.node.hidden = this.node.childElementCount === 0;
  }

  close() {
    this.stop.abort();
  }
}
