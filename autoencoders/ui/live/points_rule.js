// How a guess becomes points, by one rule for people, the encoder and PCA.

const HALF = 0.1; // So far away, as a share of the map's side, a guess is worth half of the points.

/** "1 point", "12 points". */
export function inWords(points) {
  return points === 1 ? "1 point" : `${points} points`;
}

/** Points of a place that is `distance` away on a map of side `side`: 100 on the spot. */
export function pointsOfDistance(distance, side) {
  return Math.round(100 * 2 ** (-distance / (HALF * side)));
}

/**
 * Points of a picture with the error `error` (MSE): none for that of the average picture, 100 for
 * that of the encoder's reconstruction; whoever finds a better code than the encoder gets more.
 */
export function pointsOfError(error, { encoder, average }) {
  if (average <= encoder) return error <= encoder ? 100 : 0;
  return Math.max(0, Math.min(120, Math.round((100 * (average - error)) / (average - encoder))));
}

/** Mean squared error of two pictures (0..255) on the scale 0..1. */
export function mse(one, other) {
  let sum = 0;
  for (let k = 0; k < one.length; k++) sum += (one[k] - other[k]) ** 2;
  return sum / one.length / 255 ** 2;
}
