// Undo and redo: whole states of a page, as JSON, and the buttons for both.
import { iconButton } from "./element.js";

const MOST = 100;

export class Past {
  /** `show(state)` brings a state back; `root` is where Ctrl+Z counts. */
  constructor(show, root) {
    this.show = show;
    this.states = [];
    this.at = -1;
    const quiet = (testid) => ({ "data-testid": testid, class: "hg-button hg-quiet" });
    this.undo = iconButton("back", "Undo (Ctrl+Z)", () => this.go(-1), quiet("undo"));
    this.redo = iconButton("forward", "Redo (Ctrl+Shift+Z)", () => this.go(1), quiet("redo"));
    this.refresh();
    this.stop = new AbortController();
    addEventListener("keydown", (event) => root.isConnected && this.key(event), {
      signal: this.stop.signal,
    });
  }

  /** Note a state, unless it is the one that is shown; what was undone before is gone then. */
  note(state) {
    const text = JSON.stringify(state);
    this.before = null;
    if (text === this.states[this.at]) return;
    this.before = [this.states, this.at];
    this.states = [...this.states.slice(0, this.at + 1), text].slice(-MOST);
    this.at = this.states.length - 1;
    this.refresh();
  }

  refresh() {
    this.undo.disabled = !this.canUndo;
    this.redo.disabled = !this.canRedo;
  }

  /** The step that was noted last was none, as the first click of a double click: as before it. */
  takeBack() {
    if (this.before) [this.states, this.at] = this.before;
    this.before = null;
    this.refresh();
  }

  /** The state shown changes without a step of its own: a slider that moved, an answer that came. */
  amend(state) {
    if (this.at >= 0) this.states[this.at] = JSON.stringify(state);
  }

  /** Go on to a state that was remembered: a step as any other. */
  goTo(state) {
    this.note(state);
    this.show(state);
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.states.length - 1;
  }

  go(step) {
    if (!(step < 0 ? this.canUndo : this.canRedo)) return;
    this.before = null;
    this.at += step;
    this.show(JSON.parse(this.states[this.at]));
    this.refresh();
  }

  key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    if (event.target.matches?.('input[type="text"], textarea')) return;
    event.preventDefault();
    this.go(event.shiftKey ? 1 : -1);
  }

  close() {
    this.stop.abort();
  }
}
