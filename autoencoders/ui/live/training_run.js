// A run on the page: what it is at, what can be done with it, its movie, and what came of it.
import { element, iconButton } from "./element.js";
import { GrowingMovie } from "./growing_movie.js";
import { Sheet } from "./sheet.js";
import { TouchedMap } from "./touched_map.js";

const STATES = { waiting: "Waiting", running: "Training", stopped: "Stopped", finished: "Finished", failed: "Failed" };

export class TrainingRun {
  constructor({ client, routes, palette, say }) {
    Object.assign(this, { client, routes, palette, say });
    this.state = element("b", { "data-testid": "run-state" });
    this.words = element("span", { "data-testid": "run-words" });
    this.status = element("p", { role: "status", class: "hg-run-status" }, this.state, this.words);
    this.left = element("span", { class: "hg-faint hg-run-left", "data-testid": "run-left" });
    this.bar = element("progress", { max: "1", value: "0", "aria-label": "Epochs trained" });
    const verb = (name, icon, text) =>
      iconButton(icon, text, () => this.tell(name), { "data-testid": `run-${name}` }, text);
    this.verbs = {
      stop: verb("stop", "pause", "Stop"),
      resume: verb("resume", "play", "Resume"),
      discard: verb("discard", "close", "Discard"),
    };
    this.take = element("a", { class: "hg-button", download: true, "data-testid": "run-take" });
    this.result = element("div", { class: "hg-run-result", hidden: true, "data-testid": "run-result" });
    this.place = element("div", { class: "hg-run-movie" });
    this.forget();
    this.node = element(
      "div",
      { class: "hg-run", "data-testid": "run" },
      element(
        "section",
        { class: "hg-card hg-run-bar", "aria-label": "Your training" },
        element("div", { class: "hg-row" }, this.status, this.left, element("span", { class: "hg-run-verbs" }, Object.values(this.verbs), this.take)),
        this.bar,
        this.result,
      ),
      this.place,
    );
  }

  async tell(verb) {
    for (const button of Object.values(this.verbs)) button.disabled = true;
    try {
      await this.client.tell(verb);
    } catch (error) {
      this.say(error.message);
    } finally {
      for (const button of Object.values(this.verbs)) button.disabled = false;
    }
  }

  /** Show where it stands. */
  async show(run) {
    const { state } = run;
    this.node.dataset.state = state;
    this.node.dataset.epoch = String(run.epoch);
    this.word(run);
    this.verbs.stop.hidden = !["waiting", "running"].includes(state);
    this.verbs.resume.hidden = state !== "stopped";
    this.verbs.discard.hidden = ["waiting", "running"].includes(state);
    this.take.hidden = !run.packed;
    if (run.packed) {
      this.take.href = this.client.zip;
      this.take.textContent = `Take the model away (${(run.packed.bytes / 2 ** 20).toFixed(1)} MB)`;
    }
    this.measure(run);
    await this.grow(run);
  }

  word(run) {
    const { state, epoch, before, text } = run;
    const { epochs } = run.choices;
    const words = {
      waiting: before === 0 ? "It starts in a moment." : `${before === 1 ? "One training is" : `${before} trainings are`} before yours.`,
      running: text ? `${text} …` : "",
      stopped: `after epoch ${epoch} of ${epochs}. ${text.replace(/^Stopped; it/, "It")}`,
      finished: `${epochs} ${epochs === 1 ? "epoch" : "epochs"} in ${duration(60 * (run.measured?.minutes ?? 0))}.`,
      failed: text,
    };
    this.write(this.state, STATES[state]);
    this.write(this.words, words[state]);
    const seconds = run.seconds_left;
    const left = seconds && epoch < epochs ? ` · about ${duration(seconds)} left` : "";
    this.write(this.left, state === "running" && run.ready ? `epoch ${epoch} of ${epochs}${left}` : "");
    this.bar.hidden = state === "finished" || state === "failed";
    this.bar.value = epoch / epochs;
  }

  write(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  measure({ measured, choices }) {
    this.result.hidden = !measured;
    if (!measured) return;
    const { test, pca, pictures } = measured;
    const size = choices.code_size === 1 ? "1 number" : `${choices.code_size} numbers`;
    const share = test / pca;
    const verdict =
      share < 0.97
        ? `It errs ${Math.round(100 * (1 - share))}% less than PCA with as many numbers.`
        : share <= 1.03
          ? "It errs as much as PCA with as many numbers."
          : `It errs ${share < 2 ? `${Math.round(100 * (share - 1))}% more than` : `${share.toFixed(1)} times as much as`} PCA with as many numbers: more epochs, more pictures or another kind may help.`;
    this.result.replaceChildren(
      element(
        "table",
        {},
        element("caption", {}, `Mean squared error on ${pictures} test pictures (pixels from 0 to 1)`),
        element("tbody", {}, row("yours", test, Math.max(test, pca)), row(`PCA, ${size}`, pca, Math.max(test, pca))),
      ),
      element("p", {}, verdict),
    );
  }

  /** Fetch what is new, one after the other. */
  async grow(run) {
    if (!run.ready) {
      if (this.movie && this.id !== run.id) this.forget();
      return;
    }
    if (!this.movie || this.id !== run.id) this.begin(run);
    this.movie.update(run);
    if (this.growing) return;
    this.growing = true;
    const { movie } = this;
    try {
      if (!this.given) {
        const { arrays } = await this.client.packed("given");
        this.given = true;
        movie.show(arrays);
      }
      const have = movie.snapshots;
      if (run.snapshots.length > have) await movie.add(await this.client.packed(`frames?from=${have}`));
      if (run.atlas && !this.touched) {
        const { header, payload } = await this.client.atlas();
        this.touched = new TouchedMap(movie, await Sheet.open(header, payload));
        movie.node.dataset.touched = "true";
      }
    } catch (error) {
      if (movie === this.movie) this.late = error; // Asked for again with the next news.
    } finally {
      this.growing = false;
    }
  }

  begin(run) {
    this.forget();
    this.id = run.id;
    this.movie = new GrowingMovie(this.routes, this.palette, run, {});
    this.place.replaceChildren(this.movie.node);
    this.movie.recolor();
  }

  forget() {
    this.movie?.close();
    this.place.replaceChildren(
      element("div", { class: "hg-card hg-note hg-run-soon" }, "Its map, its pictures and its error appear here, epoch by epoch, and can be dragged back and forth."),
    );
    Object.assign(this, { movie: null, given: false, touched: null, id: null });
  }

  pause() {
    this.movie?.pause();
  }

  close() {
    this.movie?.close();
  }
}

function row(name, value, most) {
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, name),
    element("td", {}, value.toPrecision(3)),
    element("td", { class: "hg-run-bars", "aria-hidden": "true" }, element("i", { style: `width:${((100 * value) / most).toFixed(1)}%` })),
  );
}

function duration(seconds) {
  if (seconds < 100) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 6) / 10;
  return `${minutes} minutes`;
}
