// Strips of edits: what each slider moves over, fetched before it is dragged and kept a while.
import { Sheet } from "./sheet.js";

const MOST = 16; // Strips kept; the one used longest ago goes first.

export class EditStrips {
  constructor(routes) {
    this.routes = routes;
    this.known = new Map(); // id -> {one, several, asked, abort}
  }

  at(id) {
    const entry = this.known.get(id);
    if (entry) {
      this.known.delete(id); // Most recently used: last.
      this.known.set(id, entry);
    }
    return entry;
  }

  /**
   * Ask for a strip unless it is there or on its way: first of the large picture, then of several.
   * `make()` returns {one: {bases, vectors}, several, span}; `ready()` is told of each that comes.
   */
  want(id, make, ready) {
    const there = this.at(id);
    if (there) return there.asked;
    const entry = { one: null, several: null, abort: new AbortController() };
    this.known.set(id, entry);
    entry.asked = this.fetch(id, entry, make(), ready);
    return entry.asked;
  }

  async fetch(id, entry, { one, several, span }, ready) {
    try {
      entry.one = await this.sheet({ ...one, span }, entry.abort.signal);
      ready();
      entry.several = await this.sheet({ ...several, span }, entry.abort.signal);
      ready();
      this.forget();
    } catch (error) {
      if (!entry.one || !entry.several) this.known.delete(id);
      if (error.name !== "AbortError") throw error;
    }
  }

  async sheet(asked, signal) {
    const { header, arrays } = await this.routes.post("attributes/strips", asked, signal);
    return Sheet.open(header.strip, arrays.sheet.data);
  }

  /** Give up what is still on its way, but for the strips that are wanted now. */
  giveUp(except) {
    for (const [id, entry] of this.known) {
      if (entry.several || except.includes(id)) continue;
      entry.abort.abort();
      this.known.delete(id);
    }
  }

  forget() {
    for (const id of [...this.known.keys()].slice(0, -MOST)) this.known.delete(id);
  }
}
