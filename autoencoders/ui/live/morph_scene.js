// A morph as a scene: what its link holds, what is taken away of it, and the way back.

export const MOST = 8;
export const MODES = { row: "in a row", square: "on a square", analogy: "A is to B as C is to ?" };
export const WANTED = { row: [2, MOST], square: [4, 4], analogy: [3, 3] };

/** The parts of the scene; `looks` are of the state's pictures. */
export function sceneOf({ mode, items, path, even, at, place }, looks) {
  return {
    codes: looks.map(({ base }) => [...base]),
    uploaded: items.flatMap((item, i) => (item.kind === "upload" ? [i] : [])),
    arrangement: mode,
    ...(mode === "square" ? { place } : { path, even, at }),
  };
}

/** What the server is told of what stands on the page. */
export function takenFrom({ mode, items, path, even, place }, at) {
  if (mode === "square") return { what: "square", items, place };
  return { what: "morph", items, path, even, analogy: mode === "analogy", at };
}

/** The state that a link's scene asks for. */
export function stateFrom(scene, model) {
  const items = scene.codes.map((code) => ({ kind: "code", model, code }));
  const { arrangement: mode, path, at } = scene;
  const [, most] = WANTED[mode];
  const row = mode !== "square";
  return {
    mode,
    items: items.slice(0, most),
    path,
    even: row ? scene.even : true, // Of a square its link says nothing about a row.
    at: row ? at : 0.5,
    place: scene.place ?? [0.5, 0.5],
  };
}
