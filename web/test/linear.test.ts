import { expect, test } from "vitest";
import { growth, linearSolution } from "../src/engine/linear";

test("growth is the largest real part of the eigenvalues", () => {
  expect(growth(Float64Array.of(-1, 5, 0, -2), 2)).toBeCloseTo(-1, 9);
  expect(growth(Float64Array.of(0.3, -7, 7, 0.3), 2)).toBeCloseTo(0.3, 9);
  expect(growth(Float64Array.of(-1e-3, 0, 0, -1e3), 2)).toBeCloseTo(-1e-3, 9);
  expect(growth(Float64Array.of(-2, 1, 0, 0, -2, 1, 0, 0, -2), 3)).toBeCloseTo(-2, 6); // one eigenvector for three
});

test("linear equations are linearSolution, singular ones refused", () => {
  expect([...linearSolution(Float64Array.of(0, 2, 3, 1), Float64Array.of(4, 5))!]).toEqual([1, 2]);
  expect(linearSolution(Float64Array.of(1, 2, 2, 4), Float64Array.of(1, 1))).toBeNull();
});
