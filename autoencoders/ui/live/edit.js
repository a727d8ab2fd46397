// An edit: how far a picture's code is moved along each direction, and what code that gives.

export const SPAN = [-2, 2]; // Of a direction's slider, in distances between the groups' means.
export const PERSON = "person-residual"; // The slider of the residual in the base code.

export const titleOf = ({ name }) => name.replaceAll("_", " ");

/** What a slider does to a picture's code, and between which ends. */
export class Edit {
  /** `size`: numbers in a base code. */
  constructor(size) {
    this.size = size;
    this.directions = []; // {key, name, vector, left, axis, offset, scale, ...}
  }

  /** The model's own directions, of what the server tells; `vectors` and `axes` (K, size). */
  stored(told, { vectors, axes }) {
    const row = ({ data }, i) => data.slice(i * this.size, (i + 1) * this.size);
    return told.map((one, i) => ({
      ...one,
      key: one.name,
      title: titleOf(one),
      vector: row(vectors, i),
      axis: row(axes, i),
      left: row(vectors, i),
    }));
  }

  find(key) {
    return this.directions.find((one) => one.key === key);
  }

  /** The slider that most people drag first. */
  get favourite() {
    return (this.directions.find(({ name }) => name === "smiling") ?? this.directions[0])?.key;
  }

  span(key) {
    return key === PERSON ? [0, 1] : SPAN;
  }

  /** What one step of a slider adds to the code of `subject` {base, mapped}. */
  vector(key, subject) {
    if (key !== PERSON) return this.find(key).left;
    return subject.base.map((value, k) => value - subject.mapped[k]);
  }

  /**
   * The base code of `subject` edited by `values`, as a plain list; slider `without` counts as 0.
   * Values of sliders that are not there count for nothing.
   */
  code(subject, values, without = null) {
    const { base, mapped } = subject;
    const kept = without === PERSON ? 0 : (values[PERSON] ?? 1);
    const code = Array.from({ length: this.size }, (_, k) => mapped[k] + kept * (base[k] - mapped[k]));
    for (const { key, left } of this.directions) {
      const strength = key === without ? 0 : (values[key] ?? 0);
      if (strength) for (let k = 0; k < this.size; k++) code[k] += strength * left[k];
    }
    return code;
  }

  /** On which side of a direction a code lies: the groups' means score 0.5 and -0.5. */
  score({ axis, offset, scale }, code) {
    let along = 0;
    for (let k = 0; k < this.size; k++) along += axis[k] * code[k];
    return (along - offset) / scale;
  }
}
