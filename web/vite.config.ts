import { existsSync, readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { build } from "vite";
import { defineConfig } from "vitest/config";
import { viteSingleFile } from "vite-plugin-singlefile";

/** In development the membranes come from models.js, which `npm run models` prints; Python embeds them otherwise. */
const models: Plugin = {
  name: "loligo-models",
  apply: "serve",
  transformIndexHtml: (html) =>
    html.replace("/* loligo:models */", () => (existsSync("models.js") ? readFileSync("models.js", "utf8") : "")),
};

/** The script of the worker as a text: the page puts it into a Blob, as it has no address to load it from. */
const worker: Plugin = {
  name: "loligo-worker",
  resolveId: (id) => (id === "virtual:worker" ? "\0virtual:worker" : null),
  load: async (id) => {
    if (id !== "\0virtual:worker") return null;
    const lib = { entry: "src/worker.ts", formats: ["iife" as const], name: "loligoWorker" };
    const built = await build({ configFile: false, logLevel: "silent", build: { write: false, target: "es2022", minify: true, lib } });
    const [first] = Array.isArray(built) ? built : [built];
    const chunk = "output" in first ? first.output[0] : null;
    return `export default ${JSON.stringify(chunk?.code ?? "")}`;
  },
};

export default defineConfig({
  plugins: [models, worker, viteSingleFile()],
  build: { outDir: "../src/loligo/lab/static", emptyOutDir: false, target: "es2022", modulePreload: false },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
});
