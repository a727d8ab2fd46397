// An edit as a scene: what its link holds, what is taken away of it, and the way back.
import { partsOf } from "./address.js";
import { PERSON, SPAN } from "./edit.js";

const within = (value, [low, high]) => Math.min(Math.max(value, low), high);

/** Strengths that are not 0, of the model's own directions or of the person's. */
function strengthsOf(edit, values, own) {
  const chosen = edit.directions.filter((one) => Boolean(one.own) === own && values[one.key]);
  return chosen.map((one) => [own ? named(one) : one.name, values[one.key]]);
}

/** What a direction of the person's own is called in a link: no model has one of that name. */
export const named = ({ name }) => `${name.slice(0, 24)} (own)`;

/** The parts of the scene; `look` is of the state's picture. */
export function sceneOf({ edit, state, look, model }) {
  const { item, values, held, share } = state;
  const strengths = [...strengthsOf(edit, values, false), ...strengthsOf(edit, values, true)];
  return {
    ...partsOf(item, look.base, model.name),
    strengths: Object.fromEntries(strengths),
    keep: held.map((key) => edit.find(key)).map((one) => (one.own ? named(one) : one.name)),
    person: values[PERSON] ?? 1,
    pixels: look.original ? share : null,
  };
}

/** What the server is told to make a file: the slider that moved last, and all else as it stands. */
export function takenFrom({ edit, state, look, subject }, active) {
  const { item, values, held, share } = state;
  const key = active ?? edit.favourite ?? PERSON;
  const mine = Object.fromEntries(edit.directions.filter((one) => one.own).map((one) => [one.key, values[one.key] ?? 0]));
  return {
    what: "edit",
    item,
    title: key === PERSON ? "what two numbers lose" : edit.find(key).title,
    base: edit.code(subject, values, key),
    vector: [...edit.vector(key, subject)],
    span: edit.span(key),
    value: values[key] ?? (key === PERSON ? 1 : 0),
    before: edit.code(subject, { ...mine, [PERSON]: values[PERSON] ?? 1 }),
    strengths: Object.fromEntries(strengthsOf(edit, values, false)),
    keep: held.map((each) => edit.find(each)).filter((one) => !one.own).map((one) => one.name),
    person: values[PERSON] ?? 1,
    pixels: look.original ? share : 0,
  };
}

/** One sentence on what a link of this edit leaves out beside pictures. */
export function omitted({ edit, state }) {
  const own = edit.directions.filter((one) => one.own && (state.values[one.key] || state.held.includes(one.key)));
  if (!own.length) return "";
  const names = own.map((one) => `“${one.title}”`).join(", ");
  const them = own.length > 1 ? "them" : "it";
  return `It does not hold ${names}, which you made: save ${them} as a file, to be dropped on the page that the link opens.`;
}

/** The state that a link's scene asks for; what it leaves out stays as it is in `state`. */
export function stateFrom(scene, edit, item, state) {
  const known = (name) => edit.directions.some((one) => !one.own && one.key === name);
  const strengths = Object.entries(scene.strengths).filter(([name]) => known(name));
  const values = Object.fromEntries(strengths.map(([name, by]) => [name, within(by, SPAN)]));
  return {
    item: item ?? state.item,
    values: { ...values, [PERSON]: scene.person },
    held: scene.keep.filter(known),
    share: scene.pixels ?? state.share,
  };
}
