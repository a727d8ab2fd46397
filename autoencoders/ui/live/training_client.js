// This browser's training on the server: asked for again and again, for as long as the page is open.

const AGAIN = 2000; // Milliseconds until the server is asked again after it could not be reached.
const IDLE = 30000; // Milliseconds between two looks at a run that does not train.

/** Calls `onchange(run)` with each piece of news; null where there is no run (any more). */
export class TrainingClient {
  constructor(routes, onchange) {
    Object.assign(this, { routes, onchange, run: null });
  }

  /** Ask for news until the page is left. */
  async watch() {
    this.stop?.abort();
    const { signal } = (this.stop = new AbortController());
    while (!signal.aborted) {
      try {
        await this.ask(this.path(), { signal });
      } catch (error) {
        if (error.name === "AbortError" || signal.aborted) return;
        await pause(AGAIN, signal);
      }
      // A held answer says when the next one is due; who rests is looked after now and then.
      if (!["waiting", "running"].includes(this.run?.state)) await pause(IDLE, signal);
    }
  }

  path() {
    const { id, version } = this.run ?? {};
    return id ? `trainings?id=${encodeURIComponent(id)}&version=${version}` : "trainings";
  }

  async ask(path, options = {}) {
    const { run } = await (await this.routes.ask(path, { cache: "no-store", ...options })).json();
    if (options.signal?.aborted) return;
    this.run = run;
    await this.onchange(run);
  }

  async start(choices) {
    const { run } = await (await this.routes.send("trainings", { choices })).json();
    this.run = run;
    await this.onchange(run);
    this.watch();
  }

  /** "stop" or "resume" it, or "discard" it. */
  async tell(verb) {
    const path = `trainings/${encodeURIComponent(this.run.id)}`;
    const [address, method] = verb === "discard" ? [path, "DELETE"] : [`${path}/${verb}`, "POST"];
    await this.ask(address, { method });
    this.watch();
  }

  async packed(what) {
    const path = `trainings/${encodeURIComponent(this.run.id)}/${what}`;
    return this.routes.packed(path);
  }

  /** The sheet over a finished map: {header, payload}. */
  async atlas() {
    return this.routes.packedSheet(`trainings/${encodeURIComponent(this.run.id)}/atlas`);
  }

  get zip() {
    return this.routes.url(`trainings/${encodeURIComponent(this.run.id)}/model.zip`);
  }

  /** The page is left: whoever does not come back soon finds the training stopped. */
  pause() {
    this.stop?.abort();
  }
}

function pause(milliseconds, signal) {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
  });
}
