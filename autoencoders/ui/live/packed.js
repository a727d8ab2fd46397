// The wire format of every array the routes send: a length, a JSON header, a payload.

const VIEWS = { float32: Float32Array, uint8: Uint8Array, int32: Int32Array, uint16: Uint16Array };

/** Split a packed answer into its header and its payload (a Uint8Array over the same buffer). */
export function unpack(buffer) {
  if (buffer.byteLength < 4) throw new Error("The answer is too short to be packed.");
  const length = new DataView(buffer).getUint32(0, true);
  if (4 + length > buffer.byteLength) throw new Error("The answer's header is cut off.");
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return { header, payload: new Uint8Array(buffer, 4 + length) };
}

/** Turn a packed answer's arrays into typed arrays by name: {header, arrays: {name: {shape, data}}}. */
export function unpackArrays(buffer) {
  const { header, payload } = unpack(buffer);
  const arrays = {};
  for (const { name, dtype, shape, offset, bytes } of header.arrays) {
    const View = VIEWS[dtype];
    if (!View) throw new Error(`The answer holds ${dtype}, which this page cannot read.`);
    // Copied, because a view needs an aligned start and the payload promises none.
    const copy = payload.slice(offset, offset + bytes);
    arrays[name] = { shape, data: new View(copy.buffer) };
  }
  return { header, arrays };
}
