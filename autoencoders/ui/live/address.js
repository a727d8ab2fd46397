// A page's scene and its address: what a link brings, and what is reported for it.

const SETTLED = 400; // Milliseconds after which a scene is told to Python.

export class Address {
  /** `describe()` returns the parts of the scene, or null while there is none to tell. */
  constructor(describe) {
    this.describe = describe;
  }

  /** A rerun of the script; returns the scene of a link that was followed, once. */
  hear(data, report) {
    this.send = report;
    if (this.away) this.report(); // Python forgot what was reported before another page was open.
    this.away = false;
    if (!data.scene || data.scene.number === this.heard) return null;
    this.heard = data.scene.number;
    return data.scene;
  }

  /** Tell Python the scene, a moment after it came to rest. */
  report() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const parts = this.closed ? null : this.describe();
      if (parts) this.send?.(parts);
    }, SETTLED);
  }

  /** Another page is opened. */
  pause() {
    this.away = true;
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
  }
}

/** The address of a scene: {page, query}. `base` is that of our routes, one below the app's. */
export function addressOf(base, { page, query }) {
  const url = new URL(`../${page === "map" ? "" : page}`, base);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** The one picture of a scene as an item, null where the link leaves it out. */
export function itemOf({ subject, codes }, model) {
  if (subject) {
    const [kind, number, of] = subject;
    return kind === "drawn" ? { kind, number } : { kind, model: of || model, number };
  }
  return codes?.length ? { kind: "code", model, code: codes[0] } : null;
}

/** The parts of a scene that say which picture `item` is; `base` is its base code. */
export function partsOf(item, base, model) {
  if (item.kind === "drawn") return { subject: ["drawn", item.number, ""] };
  if (item.kind === "point") {
    return { subject: ["point", item.number, item.model === model ? "" : item.model] };
  }
  return { codes: [[...base]], uploaded: item.kind === "upload" ? [0] : [] };
}
