// A page's scene and its address: what a link brings, and what is reported for it.

const SETTLED = 400; // Milliseconds after which a scene is told to Python.
const TO_A_PAGE = '[data-testid="stPageLink-NavLink"]';

export class Address {
  /** `describe()` returns the parts of the scene, or null while there is none to tell. */
  constructor(describe) {
    this.describe = describe;
    this.followed = true; // The address that a page is opened with.
    this.stop = new AbortController();
    const { signal } = this.stop;
    addEventListener("popstate", () => (this.followed = true), { signal });
    // What is reported after such a click, and before Streamlit has opened the page, runs the page
    // that is left once more, and the person is back on it.
    addEventListener("click", ({ target }) => target.closest?.(TO_A_PAGE) && this.hold(), { capture: true, signal });
  }

  /**
   * A rerun of the script; returns the scene of a link that was followed, once. A rerun that was
   * asked for before the browser had the address of the step before brings an old scene, too: only
   * one that follows a step through the history, or opens the page, is a person's doing.
   */
  hear(data, report) {
    this.send = report;
    if (this.away) this.report(); // Python forgot what was reported before another page was open.
    this.away = false;
    const { followed } = this;
    const number = data.scene?.number;
    const fresh = number !== undefined && number !== this.heard;
    if (fresh || !this.opened) this.followed = false;
    this.opened = true;
    if (!fresh) return null;
    this.heard = number;
    return followed ? data.scene : null;
  }

  /** Tell Python the scene, a moment after it came to rest. */
  report() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const parts = this.closed ? null : this.describe();
      if (parts) this.send?.(parts);
    }, SETTLED);
  }

  /** Report nothing until the page is told of again. */
  hold() {
    clearTimeout(this.timer);
    this.away = true;
  }

  /** Another page is opened. */
  pause() {
    this.hold();
    this.followed = false;
  }

  close() {
    this.closed = true;
    this.stop.abort();
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
