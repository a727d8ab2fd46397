// What a person has picked, on whatever page: kept for the window, seen by each page's own model.

const KEEP = "hourglass-tray"; // Where it outlives a reload: items say where pictures come from.
const MOST = 40;

/** One text for one item, whatever the order of its keys. */
export function keyOf(item) {
  return JSON.stringify(Object.entries(item).sort());
}

const whole = (number) => Number.isInteger(number) && number >= 0 && number < 2 ** 31;
const word = (text) => typeof text === "string" && text.length > 0 && text.length <= 200;
const USABLE = {
  upload: ({ id }) => word(id),
  drawn: ({ number }) => whole(number),
  point: ({ number, model }) => whole(number) && word(model),
  code: ({ code, model }) => Array.isArray(code) && code.length > 0 && code.every(Number.isFinite) && word(model),
};

/** Whether what was kept is an item: one that is none would spoil the answer for all others. */
function usable(item) {
  return Boolean(item && Object.hasOwn(USABLE, item.kind) && USABLE[item.kind](item));
}

class Tray extends EventTarget {
  constructor() {
    super();
    this.items = [];
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEEP) ?? "[]");
      if (Array.isArray(kept)) this.items = kept.filter(usable).slice(0, MOST);
    } catch {
      // Nothing kept, or nothing that can be read: an empty tray.
    }
  }

  has(item) {
    const key = keyOf(item);
    return this.items.some((other) => keyOf(other) === key);
  }

  add(item) {
    if (this.has(item)) return;
    this.items = [item, ...this.items].slice(0, MOST);
    this.changed();
  }

  remove(item) {
    const key = keyOf(item);
    this.items = this.items.filter((other) => keyOf(other) !== key);
    this.changed();
  }

  changed() {
    try {
      sessionStorage.setItem(KEEP, JSON.stringify(this.items));
    } catch {
      // A browser that stores nothing: the tray lasts as long as the window.
    }
    this.dispatchEvent(new Event("change"));
  }
}

/** The one tray of this window. */
export const tray = new Tray();

/** Looks of one model at items, asked for once each. */
export class Looks {
  constructor(routes) {
    this.routes = routes;
    this.known = new Map();
  }

  at(item) {
    return this.known.get(keyOf(item));
  }

  /** Ask about those of `items` that are not known yet; returns a look for each. */
  async of(items) {
    const unknown = items.filter((item) => !this.known.has(keyOf(item)));
    if (unknown.length) {
      const { header, arrays } = await this.routes.looks(unknown);
      unknown.forEach((item, i) => this.known.set(keyOf(item), oneLook(header, arrays, i)));
    }
    return items.map((item) => this.at(item));
  }
}

function oneLook(header, arrays, i) {
  const row = ({ shape, data }) => {
    const size = shape.slice(1).reduce((product, side) => product * side, 1);
    return data.slice(i * size, (i + 1) * size);
  };
  return {
    base: row(arrays.bases),
    code: row(arrays.codes),
    place: arrays.places ? row(arrays.places) : null,
    picture: row(arrays.pictures),
    original: header.original[i] ? row(arrays.originals) : null,
    name: header.names[i],
    notes: header.notes[i],
    problem: header.problems[i],
  };
}
