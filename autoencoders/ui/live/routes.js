// Everything the page asks of the server, and whether the server is there.
import { unpack, unpackArrays } from "./packed.js";

const RETRY_FIRST = 1000;
const RETRY_LAST = 15000;

/** The server's one clear sentence about what went wrong. */
export class RouteError extends Error {}

/** The server could not be reached at all. */
export class OfflineError extends Error {}

async function sentence(response) {
  try {
    const { error } = await response.json();
    if (error) return error;
  } catch {
    // Not JSON: a proxy answered, perhaps.
  }
  return `The server answered ${response.status} ${response.statusText}`.trim() + ".";
}

export class Routes extends EventTarget {
  /** `base` is the absolute address of the routes, with a slash at its end. */
  constructor(base, model) {
    super();
    this.base = base;
    this.model = model;
    this.online = true;
    this.detail = model.detail ? 1 : 0; // How much of the individuals; 0 is the average.
  }

  url(path) {
    return new URL(path, this.base).href;
  }

  modelPath(rest) {
    const { name, digest } = this.model;
    return `models/${encodeURIComponent(name)}/${encodeURIComponent(digest)}/${rest}`;
  }

  async ask(path, options = {}) {
    let response;
    try {
      response = await fetch(this.url(path), { credentials: "same-origin", ...options });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      this.lost();
      throw new OfflineError("The server cannot be reached.");
    }
    this.found();
    if (!response.ok) throw new RouteError(await sentence(response));
    return response;
  }

  async points() {
    // The map that a model opens with has no name in the address: the server made it in advance.
    const path = this.modelPath(this.model.chart === "umap" ? "points?chart=umap" : "points");
    return unpackArrays(await (await this.ask(path)).arrayBuffer());
  }

  async samples() {
    return unpackArrays(await (await this.ask(this.modelPath("samples"))).arrayBuffer());
  }

  async sheet(grid) {
    const more = this.detail ? `?detail=${this.detail}` : "";
    return unpack(await (await this.ask(this.modelPath(`sheets/${grid}${more}`))).arrayBuffer());
  }

  /** Where there is no data: levels by "density", or by "return". */
  async emptiness(kind) {
    return unpackArrays(await (await this.ask(this.modelPath(`emptiness/${kind}`))).arrayBuffer());
  }

  /** Small pictures of up to 128 points: originals, or else decodings. */
  async thumbnails(indices, signal, detail = this.detail) {
    const path = this.modelPath(`thumbnails?indices=${indices.join(",")}&detail=${detail}`);
    return unpackArrays(await (await this.ask(path, { signal })).arrayBuffer());
  }

  async movie() {
    return unpackArrays(await (await this.ask(this.modelPath("movie"))).arrayBuffer());
  }

  async picture(index, signal) {
    const answer = await this.ask(this.modelPath(`pictures/${index}`), { signal });
    return unpackArrays(await answer.arrayBuffer());
  }

  /** What is drawn from the model by a seed, over all temperatures: a strip. */
  async draws(seed) {
    return unpackArrays(await (await this.ask(this.modelPath(`draws/${seed}`))).arrayBuffer());
  }

  /** The same at one temperature, exactly. */
  async drawsAt(seed, temperature, signal) {
    const path = this.modelPath(`draws/${seed}/${temperature}`);
    return unpackArrays(await (await this.ask(path, { signal })).arrayBuffer());
  }

  /** The rounds of a game. */
  async games(game, seed) {
    return unpackArrays(await (await this.ask(this.modelPath(`games/${game}/${seed}`))).arrayBuffer());
  }

  /** A grid of the manifold, a PNG. */
  manifold(how, side, signal) {
    return this.ask(this.modelPath(`manifold/${how}/${side}`), { signal });
  }

  /** Exact pictures of places on the map [[x, y], ...]: {header, arrays: {images}}. */
  decode(places, signal) {
    const { chart } = this.model;
    return this.post("decode", { places, chart, detail: this.detail }, signal);
  }

  /** Exact pictures of test pictures, by their numbers. */
  decodePoints(points, signal) {
    return this.post("decode", { points, detail: this.detail }, signal);
  }

  /** Send JSON about this model. */
  send(path, asked, signal) {
    return this.ask(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ model: this.model.name, ...asked }),
      signal,
    });
  }

  /** Send JSON about this model, and unpack what comes back. */
  async post(path, asked, signal) {
    return unpackArrays(await (await this.send(path, asked, signal)).arrayBuffer());
  }

  takeaway(what, kind, asked) {
    return this.send(`takeaways/${what}/${kind}`, asked);
  }

  /** Exact pictures of base codes. */
  exact(bases, signal) {
    return this.post("decode", { bases }, signal);
  }

  looks(items) {
    const { chart } = this.model; // Only a map has one.
    return this.post("looks", chart ? { items, chart } : { items });
  }

  morph(asked) {
    return this.post("morphs", asked);
  }

  square(asked) {
    return this.post("squares", asked);
  }

  pca(asked) {
    return this.post("pca", asked);
  }

  async lab() {
    return unpackArrays(await (await this.ask(this.modelPath("attributes"))).arrayBuffer());
  }

  /** Send a file or a drawing as it is, and unpack what comes back. */
  async sendFile(path, body, signal) {
    const headers = { "Content-Type": "application/octet-stream" };
    const answer = await this.ask(path, { method: "POST", headers, body, signal });
    return unpackArrays(await answer.arrayBuffer());
  }

  /** Anything that is packed, by its path. */
  async packed(path) {
    return unpackArrays(await (await this.ask(path)).arrayBuffer());
  }

  async packedSheet(path) {
    return unpack(await (await this.ask(path)).arrayBuffer());
  }

  async places() {
    return unpackArrays(await (await this.ask(this.modelPath("places"))).arrayBuffer());
  }

  async starters() {
    return (await this.ask(`starters?model=${encodeURIComponent(this.model.name)}`)).json();
  }

  picturesPath() {
    const chart = this.model.chart ? `&chart=${this.model.chart}` : "";
    return `pictures?model=${encodeURIComponent(this.model.name)}${chart}`;
  }

  /** Send a picture; of one that carries a scene only the scene comes back, unless it is `plain`. */
  async upload(file, plain = false) {
    const answer = await this.ask(this.picturesPath() + (plain ? "&plain=1" : ""), {
      method: "POST",
      headers: {
        "Content-Type": "application/octet-stream",
        "X-Hourglass-Name": encodeURIComponent(file.name || "pasted picture"),
      },
      body: file,
    });
    return answer.json();
  }

  async uploads() {
    return (await this.ask(this.picturesPath())).json();
  }

  async forget(id) {
    await this.ask(`pictures/${encodeURIComponent(id)}`, { method: "DELETE" });
  }

  lost() {
    if (!this.online) return;
    this.online = false;
    this.dispatchEvent(new Event("change"));
    this.retry(RETRY_FIRST);
  }

  found() {
    if (this.online) return;
    this.online = true;
    clearTimeout(this.timer);
    this.dispatchEvent(new Event("change"));
  }

  /** Ask again and again, ever less often, until the server is back. */
  retry(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      try {
        await this.ask("health", { cache: "no-store" });
      } catch {
        if (!this.closed && !this.online) this.retry(Math.min(wait * 1.6, RETRY_LAST));
      }
    }, wait);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
  }
}
