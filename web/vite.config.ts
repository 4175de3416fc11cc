import { existsSync, readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { viteSingleFile } from "vite-plugin-singlefile";

/** In development the membranes come from models.js, which `npm run models` prints; Python embeds them otherwise. */
const models: Plugin = {
  name: "loligo-models",
  apply: "serve",
  transformIndexHtml: (html) =>
    html.replace("/* loligo:models */", () => (existsSync("models.js") ? readFileSync("models.js", "utf8") : "")),
};

export default defineConfig({
  plugins: [models, viteSingleFile()],
  build: { outDir: "../src/loligo/lab/static", emptyOutDir: false, target: "es2022", modulePreload: false },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
});
