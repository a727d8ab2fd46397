// A comparison as parts of a scene: what a link holds of it, and back.
import { NOTHING } from "./compare_link.js";

/**
 * The parts that say what is shown. On the dial these are the row's test pictures and where it
 * stands. Of two models it is a picture, or a pinned place: of A's map one place, of B's two, that
 * of A and then the pinned one.
 */
export function sceneOf(state, model, at) {
  const against = model.halves[1]?.name ?? "";
  if (state.mode === "dial") return { against, at: state.at, others: numbersOf(state.items, model.name) };
  const { side, place, item } = state.pinned;
  if (place) return { against, codes: side ? [at ?? place, place] : [place] };
  if (!item) return { against };
  if (item.kind === "drawn") return { against, subject: ["drawn", item.number, ""] };
  if (item.kind === "point") {
    return { against, subject: ["point", item.number, item.model === model.name ? "" : item.model] };
  }
  return { against, codes: at ? [at] : [], uploaded: at && item.kind === "upload" ? [0] : [] };
}

/** The state that a scene asks for; what it does not say stays as it is in `state`. */
export function stateOf(scene, state, model) {
  const { codes, subject, others, at } = scene;
  if (others?.length && model.dial.steps.length) {
    const items = others.map((number) => ({ kind: "point", model: model.name, number }));
    return { ...state, mode: "dial", items, at };
  }
  const two = { ...state, mode: model.halves.length ? "two" : "dial" };
  if (subject) {
    const [kind, number, of] = subject;
    const item = kind === "drawn" ? { kind, number } : { kind, model: of || model.name, number };
    return { ...two, kind: kind === "point" ? "same" : "reads", pinned: { ...NOTHING, item } };
  }
  const place = codes?.at(-1);
  if (place?.length !== 2) return { ...two, pinned: NOTHING };
  return { ...two, kind: "reads", pinned: { side: codes.length > 1 ? 1 : 0, place: [...place], item: null } };
}

/** The numbers of a row's test pictures of a model; null for the row to begin with stays null. */
function numbersOf(items, name) {
  return (items ?? []).filter((item) => item.kind === "point" && item.model === name).map(({ number }) => number);
}
