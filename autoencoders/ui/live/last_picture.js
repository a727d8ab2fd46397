// The picture last worked on: what the restoration page opens with, also with another model.
import { keyOf } from "./tray.js";

const REMEMBER = "hourglass-restore";

export function remember(item) {
  try {
    sessionStorage.setItem(REMEMBER, JSON.stringify(item));
  } catch {
    // A browser that stores nothing: the next model opens with its own first picture.
  }
}

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(REMEMBER));
  } catch {
    return null;
  }
}

/** Of some items the one `last` worked on, else an upload, else one with an original, else any. */
export function firstOf(items, looks, last = remembered()) {
  const there = items.filter((item) => {
    const look = looks.at(item);
    return look && !look.problem;
  });
  const same = there.find((item) => last && keyOf(item) === keyOf(last));
  const own = there.find((item) => item.kind === "upload");
  return same ?? own ?? there.find((item) => looks.at(item).original) ?? there[0];
}
