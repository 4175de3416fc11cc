/**
 * The engine: all that the page computes, as the contract lists it.
 *
 * The page puts it on the window, as `window.loligoLab.engine`, for those who want numbers instead of pictures: the
 * tests that compare it with loligo, and the curious at the browser's console.
 */
import { clamp } from "./clamp";
import type { Engine } from "./contract";
import { frequency } from "./frequency";
import { nullclines } from "./nullclines";
import { restFor } from "./resting";
import { currentAt, simulate } from "./simulate";
import { threshold } from "./threshold";

export const engine: Engine = {
  simulate,
  threshold,
  clamp,
  frequency,
  nullclines,
  rest: (model, parameters, frozen, I = 0) => restFor(model, parameters, frozen, I).state.slice(),
  current: currentAt,
};

declare global {
  interface Window {
    loligoLab?: { readonly engine: Engine };
  }
}
