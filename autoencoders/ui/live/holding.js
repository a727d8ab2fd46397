// Holding some directions still: what is left of the others, and what that costs.

export class Holding {
  /** `parts`: routes, size (numbers of a base code), sliders, relations and say(text). */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /**
   * Ask how the directions stand to each other, and what holding some still leaves of the rest:
   * that becomes their `left`. `held`: keys; `active`: whose relations are shown; `note`: a sentence.
   */
  async measure(directions, held, { active, note }) {
    const turn = (this.turn = {});
    this.relations.setMeasured(directions, null, note);
    if (!directions.length) return;
    const places = held.map((key) => directions.findIndex((one) => one.key === key));
    try {
      const found = await this.routes.post("attributes/measured", {
        vectors: directions.map(({ vector }) => [...vector]),
        axes: directions.map(({ axis }) => [...axis]),
        scales: directions.map(({ scale }) => scale),
        held: places.filter((k) => k >= 0),
      });
      if (turn !== this.turn) return;
      this.take(found, directions, held);
      this.relations.setMeasured(directions, found, note);
      this.relations.show(active());
    } catch (error) {
      this.say(error.message);
    }
  }

  take({ header, arrays }, directions, held) {
    const { size } = this;
    directions.forEach((one, k) => {
      one.left = arrays.vectors.data.slice(k * size, (k + 1) * size);
      const kept = held.includes(one.key);
      const length = Math.round(100 * header.length[k]);
      const effect = Math.round(100 * header.effect[k]);
      const price =
        header.problems[k] ??
        (held.length && !kept ? `Price: ${length} % of its length left, ${effect} % of its effect.` : null);
      this.sliders.setHeld(one.key, kept, price);
    });
  }
}
