// Entry: mounts one explorer for each component key and keeps it over reruns and page switches.
import { Explorer } from "./explorer.js";

const kept = new Map();
let styles = null;

/** Load our style sheet once, and wait for it, so that nothing is ever seen undressed. */
function loadStyles() {
  styles ??= new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL("./live.css", import.meta.url).href;
    link.onload = link.onerror = resolve;
    document.head.append(link);
  });
  return styles;
}

/**
 * Show the component inside `parent`. Called on first mount and again after every rerun: the same
 * model is left as it is, another one is built anew. Returns what is to run on unmount.
 */
export async function mount({ parent, data, base, setStateValue }) {
  await loadStyles();
  const id = `${data.model.name}/${data.model.digest}`;
  let entry = kept.get(data.key);
  if (entry && (entry.id !== id || entry.base !== base)) {
    entry.explorer.close();
    entry = null;
  }
  const known = Boolean(entry);
  if (!entry) {
    entry = { id, base, explorer: new Explorer(data, base) };
    kept.set(data.key, entry);
  }
  const { explorer } = entry;
  if (explorer.root.parentElement !== parent) {
    parent.replaceChildren(explorer.root);
    if (known) explorer.refresh();
  }
  explorer.hear(data, (pin) => setStateValue("pin", pin));
  return () => explorer.pause();
}
