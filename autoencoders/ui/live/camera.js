// The camera: a person photographs themselves; the picture goes by our own upload, never to disk.
import { element, iconButton } from "./element.js";

const OTHERWISE = "add a picture instead.";
const REFUSALS = {
  NotAllowedError: `The camera was refused: allow it for this page in the browser's address bar, or ${OTHERWISE}`,
  NotFoundError: `No camera was found: connect one, or ${OTHERWISE}`,
  OverconstrainedError: `No camera was found: connect one, or ${OTHERWISE}`,
  NotReadableError: `Another program is using the camera: close it, or ${OTHERWISE}`,
};
const ABSENT = `This browser gives a page its camera only over https or on this machine itself; ${OTHERWISE}`;

/** One clear sentence about why there is no picture from the camera. */
export function sentenceFor(error) {
  return REFUSALS[error?.name] ?? `The camera could not be used; ${OTHERWISE}`;
}

export class Camera {
  /**
   * `ontake(file)` gets the photograph, `say(text)` what went wrong; `facing` is "user" for the
   * person, who sees themselves as in a mirror, or "environment".
   */
  constructor({ ontake, say, onclose, facing = "user" }) {
    Object.assign(this, { ontake, say, onclose, facing });
    this.video = element("video", {
      class: facing === "user" ? "hg-camera-view hg-mirrored" : "hg-camera-view",
      playsinline: true,
      muted: true,
      "aria-label": "What the camera sees",
    });
    this.shutter = iconButton(
      "camera",
      "Take the picture",
      () => this.take(),
      { "data-testid": "camera-take" },
      "Take the picture",
    );
    this.node = element(
      "div",
      { class: "hg-camera", hidden: true, "data-testid": "camera" },
      this.video,
      element(
        "div",
        { class: "hg-row" },
        this.shutter,
        element("button", { type: "button", class: "hg-button hg-quiet", onclick: () => this.stop() }, "Not now"),
      ),
    );
  }

  async open() {
    if (!navigator.mediaDevices?.getUserMedia) return this.say(ABSENT);
    this.say("Waiting for the camera …");
    const turn = (this.turn = {});
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: this.facing, width: { ideal: 1280 }, height: { ideal: 960 } },
        audio: false,
      });
      if (turn !== this.turn) return stream.getTracks().forEach((track) => track.stop());
      this.stream = stream;
      this.video.muted = true;
      this.video.srcObject = stream;
      this.node.hidden = false;
      this.node.scrollIntoView({ block: "nearest" });
      await this.video.play();
      this.say("");
      this.shutter.focus();
    } catch (error) {
      if (turn !== this.turn) return;
      this.stop();
      this.say(sentenceFor(error));
    }
  }

  async take() {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth) return this.say("The camera shows nothing yet; try again in a moment.");
    const canvas = element("canvas", { width: videoWidth, height: videoHeight });
    canvas.getContext("2d").drawImage(this.video, 0, 0);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.95));
    this.stop();
    this.ontake(new File([blob], "your photograph", { type: blob.type }));
  }

  /** Let go of the camera, so that its light goes out. */
  stop() {
    this.turn = null;
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
    this.node.hidden = true;
    this.onclose?.();
  }
}
