// The page "game": three games of a few rounds each, against the encoder and PCA.
import { Address } from "./address.js";
import { BestList } from "./best_list.js";
import { element, iconButton } from "./element.js";
import { FindGame } from "./find_game.js";
import { HitGame } from "./hit_game.js";
import { Palette } from "./palette.js";
import { Points } from "./points.js";
import { inWords } from "./points_rule.js";
import { Routes } from "./routes.js";
import { ScoreBoard } from "./score_board.js";
import { dressed } from "./stylesheet.js";
import { WhichGame } from "./which_game.js";

await dressed("game.css");

const ROUNDS = 5; // As games.py has it.
const LARGEST_SEED = 2 ** 31 - 1;
const GAMES = {
  find: { title: "Find the picture", Kind: FindGame },
  hit: { title: "Hit the code", Kind: HitGame },
  which: { title: "Which original?", Kind: WhichGame },
};

export class Game {
  constructor(data, base) {
    this.model = data.model;
    this.routes = new Routes(base, data.model);
    this.root = element("div", { class: "hg-root hg-page", "data-testid": "live-root" });
    this.palette = new Palette(this.root);
    this.address = new Address(() => this.described());
    this.games = new Map();
    this.best = new BestList();
    this.scoreBoard = new ScoreBoard(ROUNDS);
    this.scores = [];
    this.build();
    this.root.addEventListener(
      "transitionrun",
      (event) => event.target === this.root && this.themeMayHaveChanged(),
    );
    this.loadPoints();
    queueMicrotask(() => this.turn || this.closed || this.open("find", 1));
  }

  build() {
    this.modes = element(
      "div",
      { class: "hg-modes", role: "radiogroup", "aria-label": "Game" },
      Object.entries(GAMES).map(([game, { title }]) =>
        element("button", { type: "button", class: "hg-button", role: "radio", "aria-checked": "false", "data-testid": `game-${game}`, onclick: () => this.open(game, this.seed) }, title),
      ),
    );
    this.field = element("input", {
      type: "text",
      inputmode: "numeric",
      autocomplete: "off",
      "aria-label": "Seed",
      "data-testid": "seed",
      onchange: () => this.typeSeed(),
    });
    this.again = iconButton("dice", "Another game: another seed", () => this.open(this.game, crypto.getRandomValues(new Uint16Array(1))[0]), { "data-testid": "again" }, "New game");
    this.status = element("p", { class: "hg-note", role: "status", hidden: true, "data-testid": "page-status" });
    this.task = element("h2", { "data-testid": "task" });
    this.round = element("span", { class: "hg-faint", "data-testid": "round" });
    this.how = element("p", { class: "hg-how" });
    this.board = element("div", { class: "hg-board-place" });
    this.pictures = element("div", { class: "hg-game-pictures" });
    this.said = element("p", { class: "hg-said", role: "status", "data-testid": "said" });
    this.next = element("button", { type: "button", class: "hg-button hg-primary", hidden: true, "data-testid": "next", onclick: () => this.goOn() }, "Next round");
    this.buildEnd();
    const seed = element("label", { class: "hg-field" }, element("span", {}, "seed"), this.field);
    this.root.append(
      element("section", { class: "hg-card hg-game-controls", "aria-label": "Which game" }, this.modes, seed, this.again),
      this.status,
      element(
        "div",
        { class: "hg-game" },
        element("section", { class: "hg-card hg-game-board", "aria-label": "Play" }, element("header", {}, this.task, this.round), this.board, this.how),
        element(
          "div",
          { class: "hg-game-side" },
          element("section", { class: "hg-card hg-game-round", "aria-label": "This round" }, this.pictures, this.said, this.next, this.end),
          element("section", { class: "hg-card", "aria-label": "Points" }, this.scoreBoard.node),
          this.best.node,
        ),
      ),
    );
  }

  buildEnd() {
    this.name = element("input", { type: "text", maxlength: "24", autocomplete: "off", placeholder: "your name, if you like", "aria-label": "Name for the list", "data-testid": "best-name" });
    this.end = element(
      "form",
      {
        class: "hg-end",
        hidden: true,
        onsubmit: (event) => {
          event.preventDefault();
          this.keepBest();
        },
      },
      this.name,
      element("button", { type: "submit", class: "hg-button", "data-testid": "best-keep" }, "Keep in the list"),
    );
  }

  async loadPoints() {
    try {
      const { header, arrays } = await this.routes.points();
      if (this.closed) return;
      this.points = new Points(header, arrays, this.model.extent);
      for (const game of this.games.values()) game.setPoints(this.points);
    } catch (error) {
      this.say(`The points of the map could not be fetched: ${error.message}`);
    }
  }

  /** Begin a game anew: its rounds follow from the seed. */
  async open(game, seed) {
    const turn = (this.turn = {});
    Object.assign(this, { game, seed });
    this.field.value = String(seed);
    this.field.removeAttribute("aria-invalid");
    for (const button of this.modes.children) button.setAttribute("aria-checked", String(button.dataset.testid === `game-${game}`));
    this.best.show(`${game}/${this.model.name}`, `${GAMES[game].title}, ${this.model.name}`);
    this.scores = [];
    this.scoreBoard.show([], 0);
    this.say("");
    try {
      const { header, arrays } = await this.routes.games(game, seed);
      if (turn !== this.turn || this.closed) return;
      await this.playing(game).load(arrays, header);
      if (turn !== this.turn) return;
      this.now = this.playing(game);
      this.scoreBoard.players = arrays.pca ? ["you", "encoder", "pca"] : ["you", "encoder"];
      this.board.replaceChildren(this.now.board);
      this.pictures.replaceChildren(...this.now.pictures);
      this.task.textContent = this.now.task;
      this.how.textContent = [this.now.how, this.now.note].filter(Boolean).join(" ");
      this.start(0);
    } catch (error) {
      if (turn === this.turn) this.cannot(error.message);
    }
    this.address.report();
    this.root.dataset.ready = "true";
  }

  /** There is no such game here; why is said, and nothing of another one stays. */
  cannot(why) {
    this.now = null;
    this.board.replaceChildren(element("p", { class: "hg-hint" }, why));
    this.pictures.replaceChildren();
    this.task.textContent = GAMES[this.game].title;
    for (const node of [this.round, this.how, this.said]) node.textContent = "";
    this.next.hidden = this.end.hidden = true;
  }

  playing(game) {
    if (!this.games.has(game)) {
      const { model, routes, palette } = this;
      const made = new GAMES[game].Kind({ model, routes, palette, done: (points, words) => this.done(points, words) });
      if (this.points) made.setPoints(this.points);
      this.games.set(game, made);
    }
    return this.games.get(game);
  }

  start(i) {
    this.at = i;
    this.now.start(i);
    this.round.textContent = `round ${i + 1} of ${ROUNDS}`;
    this.said.textContent = this.now.rule;
    this.next.hidden = this.end.hidden = true;
    this.scoreBoard.show(this.scores, i);
    this.root.dataset.round = String(i + 1);
  }

  /** A round is over. */
  done(points, words) {
    this.scores.push(points);
    this.scoreBoard.show(this.scores, this.at);
    this.said.textContent = words;
    const last = this.at === ROUNDS - 1;
    if (last) this.conclude();
    this.next.textContent = last ? "Play another one" : "Next round";
    this.next.hidden = false;
    this.next.focus({ preventScroll: true });
  }

  conclude() {
    const total = (name) => this.scoreBoard.total(this.scores, name);
    const others = this.scoreBoard.players.slice(1);
    const against = others.map((name) => `${name === "pca" ? "PCA" : "the encoder"} ${total(name)}`).join(", ");
    this.said.textContent += ` That was the last round: you have ${inWords(total("you"))}, ${against}.`;
    this.end.hidden = !this.best.wants(total("you"));
  }

  keepBest() {
    this.best.add(this.name.value, this.scoreBoard.total(this.scores, "you"), this.seed);
    this.end.hidden = true;
    this.next.focus({ preventScroll: true });
  }

  goOn() {
    if (this.at === ROUNDS - 1) return this.again.click();
    this.start(this.at + 1);
    this.board.querySelector(".hg-surface, .hg-choice")?.focus({ preventScroll: true });
  }

  typeSeed() {
    const text = this.field.value.trim();
    if (/^\d+$/.test(text) && Number(text) <= LARGEST_SEED) return this.open(this.game, Number(text));
    this.field.setAttribute("aria-invalid", "true");
    this.say(`A seed is a whole number from 0 to ${LARGEST_SEED.toLocaleString("en")}.`);
  }

  described() {
    return this.root.dataset.ready ? { game: this.game, seed: this.seed } : null;
  }

  say(text) {
    this.status.textContent = text;
    this.status.hidden = !text;
  }

  hear(data, report) {
    if (data.problem) this.say(data.problem);
    const scene = this.address.hear(data, report);
    if (scene) this.open(scene.game ?? "find", scene.seed ?? 1);
  }

  pause() {
    this.address.pause();
  }

  themeMayHaveChanged() {
    if (this.palette.read()) for (const game of this.games.values()) game.recolor();
  }

  resized() {}

  close() {
    this.closed = true;
    for (const part of [...this.games.values(), this.address, this.routes]) part.close();
    this.root.remove();
  }
}
