/** Colours of the model's parts, made legible on the ground of the theme. Hues stay those of the figures in Python. */
import { computed, effect, signal } from "@preact/signals";
import { theme } from "../state/store";
import { luminance } from "./contrast";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const systemDark = signal(dark.matches);
dark.addEventListener("change", (event) => { systemDark.value = event.matches; });

/** Where the system forces its colours, its ground tells whether ink is light; the theme is ignored. */
const forced = window.matchMedia("(forced-colors: active)");
const forcedDark = signal(forcedGround());
forced.addEventListener("change", () => { forcedDark.value = forcedGround(); });
dark.addEventListener("change", () => { forcedDark.value = forcedGround(); });

function forcedGround(): boolean | null {
  if (!forced.matches) return null;
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.cssText = "forced-color-adjust: none; color: Canvas";
  const ground = getComputedStyle(probe).color.match(/\d+/g)?.slice(0, 3).map(Number) ?? [255, 255, 255];
  probe.remove();
  return luminance(ground) < 0.5;
}

export const isDark = computed(() => forcedDark.value ?? (theme.value === "dark" || (theme.value === "auto" && systemDark.value)));

// Before anything is drawn, so that a dark page never flashes white.
effect(() => { document.documentElement.dataset["theme"] = isDark.value ? "dark" : "light"; });

export interface Inks {
  readonly ground: string;
  readonly ink: string;
  readonly soft: string;
  readonly grid: string;
  readonly ghost: string; // the overlay B
  readonly accent: string;
}

export const LIGHT: Inks = { ground: "#ffffff", ink: "#16191d", soft: "#59636e", grid: "#eceef0", ghost: "#9aa3ad", accent: "#0b62a0" };
export const DARK: Inks = { ground: "#171b21", ink: "#edf0f3", soft: "#a2acb7", grid: "#262c34", ghost: "#727d89", accent: "#74b9ec" };

export const inks = computed<Inks>(() => (isDark.value ? DARK : LIGHT));

export { contrast, legible, luminance, parse } from "./contrast";
