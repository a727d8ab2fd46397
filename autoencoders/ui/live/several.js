// The several pictures beside the large one, and what is needed of each to edit it.

const SEVERAL = 8;

export class Several {
  /** `parts`: model, routes, looks. */
  constructor(parts) {
    Object.assign(this, parts);
    this.subjects = null;
    this.key = "";
    this.numbers = [];
  }

  async choose(items) {
    const looks = (await this.looks.of(items)).filter((look) => !look.problem);
    this.subjects = await this.of(looks);
    this.key = JSON.stringify(items);
    this.numbers = items.map(({ number }) => number);
  }

  /** Others, drawn among the `count` test pictures. */
  another(count) {
    const { name: model } = this.model;
    const draw = () => ({ kind: "point", model, number: Math.floor(Math.random() * count) });
    return this.choose(Array.from({ length: Math.min(SEVERAL, count) }, draw));
  }

  /** Of each look its base code, and what the map of a stacked model keeps of it. */
  async of(looks) {
    const bases = looks.map(({ base }) => [...base]);
    if (!this.model.stacked) return bases.map((base) => ({ base, mapped: base }));
    const { arrays } = await this.routes.post("attributes/mapped", { bases });
    const size = this.model.base_size;
    return bases.map((base, i) => ({ base, mapped: [...arrays.mapped.data.slice(i * size, (i + 1) * size)] }));
  }
}
