import js from "@eslint/js";
import tseslint from "typescript-eslint";

import { defineConfig } from "eslint/config";

export default defineConfig(
  { ignores: ["node_modules", "models.js"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["eslint.config.js"] } } } },
  { rules: { "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
             "@typescript-eslint/no-non-null-assertion": "off",
             // A computed of a component keeps the properties of its first rendering.
             "no-restricted-imports": ["error", { paths: [{ name: "@preact/signals", importNames: ["useComputed"],
               message: "Read the signals while rendering, or make a computed outside of the component." }] }] } },
);
