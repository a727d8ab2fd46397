// Runs in every measured page before its own scripts: notes what is drawn, when, and for which
// pointer event. It wraps the frame callbacks and reads the pixels back after each of them, so it
// does not matter how the page draws. What that costs is measured as well.
(() => {
  const CANVAS = '[data-testid="decoded-image"]:not([data-slot="movie"])';
  const native = window.requestAnimationFrame.bind(window);
  const probe = (window.hourglassProbe = {
    firstPicture: null, // Milliseconds from the start of navigation to the first live picture.
    exactAt: [], // When an exact picture replaced a blend.
    changedAt: [], // When another picture was seen in an <img>, see watchImage.
    releasedAt: [], // timeStamp of every pointerup.
    captured: [], // See capture.
  });
  let running = null;
  let capturing = false;
  let selector = CANVAS;
  let canvas = null;
  let context = null;
  let shown = 0;
  let shownZ = "";

  function find() {
    if (!canvas?.isConnected) {
      canvas = document.querySelector(selector);
      context = canvas?.getContext("2d") ?? null;
    }
    return canvas;
  }

  /** FNV-1a over the words of the canvas's pixels. */
  function fingerprint() {
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const words = new Uint32Array(data.buffer);
    let hash = 0x811c9dc5;
    for (let k = 0; k < words.length; k++) hash = Math.imul(hash ^ words[k], 0x01000193);
    return hash;
  }

  function afterCallback(frame, end) {
    if ((!running && !capturing) || !find()) return;
    if (capturing) captureNow();
    if (!running) return;
    const hash = fingerprint();
    if (hash !== shown) {
      shown = hash;
      if (frame !== running.lastFrame) running.pictures += 1;
      running.lastFrame = frame;
      if (running.event !== null) running.delays.push(end - running.event);
      running.event = null;
    }
    running.cost += performance.now() - end;
    running.callbacks += 1;
  }

  window.requestAnimationFrame = (callback) =>
    native((frame) => {
      callback(frame);
      afterCallback(frame, performance.now());
    });

  addEventListener(
    "pointermove",
    (event) => {
      if (!running) return;
      running.event = event.timeStamp;
      // Only secure pages are told of the events that were joined to this one.
      running.events += Math.max(event.getCoalescedEvents?.().length ?? 1, 1);
    },
    { capture: true, passive: true },
  );
  addEventListener("pointerup", (event) => probe.releasedAt.push(event.timeStamp), { capture: true });

  /** Look at the picture of another slot than the map's. */
  probe.look = (slot) => {
    selector = `[data-testid="decoded-image"][data-slot="${slot}"]`;
    canvas = null;
  };

  /** Count for so many seconds; pictures are the canvas's, or the <img>'s that `image` selects. */
  probe.run = async (seconds, image = null) => {
    running = { pictures: 0, delays: [], events: 0, event: null, cost: 0, callbacks: 0, lastFrame: -1 };
    if (!image && find()) shown = fingerprint();
    const mine = running;
    const begun = performance.now();
    const seen = image ? probe.changedAt.length : 0;
    let frames = 0;
    const count = () => {
      frames += 1;
      if (running === mine) native(count);
    };
    native(count);
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
    running = null;
    mine.seconds = (performance.now() - begun) / 1000;
    mine.frames = frames;
    if (image) mine.pictures = probe.changedAt.length - seen;
    return mine;
  };

  /** From now on note in `changedAt` the frames in which the <img> shows another picture. */
  probe.watchImage = (selector) => {
    let source = null;
    const look = () => {
      const image = document.querySelector(selector);
      if (image?.complete && image.naturalWidth && image.src !== source) {
        if (source !== null) probe.changedAt.push(performance.now());
        source = image.src;
      }
      native(look);
    };
    native(look);
  };

  /** From now on keep every blended picture in `captured`, with the code it is of. */
  probe.capture = () => (capturing = true);

  function captureNow() {
    const { z, state } = canvas.dataset;
    if (state !== "blend" || z === shownZ) return;
    shownZ = z;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    probe.captured.push({ z: JSON.parse(z), rgba: btoa(String.fromCharCode(...data)) });
  }

  /** How long each exact decode took, from its request to its picture, in milliseconds. */
  probe.exactTimes = () => {
    const asked = performance
      .getEntriesByType("resource")
      .filter(({ name }) => new URL(name).pathname.endsWith("/hourglass/decode"))
      .map(({ startTime }) => startTime);
    return probe.exactAt.map((at) => at - Math.max(...asked.filter((start) => start < at)));
  };

  performance.setResourceTimingBufferSize(10000);
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (!target.matches(CANVAS)) continue;
      const { state } = target.dataset;
      if (state === "exact") probe.exactAt.push(performance.now());
      if (probe.firstPicture === null && (state === "blend" || state === "exact")) {
        probe.firstPicture = -1;
        native(() => (probe.firstPicture = performance.now()));
      }
    }
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-state"] });
})();
