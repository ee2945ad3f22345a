// SPDX-License-Identifier: Apache-2.0
// The rules for JavaScript that `make lint` checks.
import js from "@eslint/js";
import globals from "globals";

const in_browser = ["clients/js/src/**", "examples/**", "tests/system/{browser,page*}.mjs"];
const in_node = ["**/*.mjs", "clients/js/test/**"];
const with_globals = (files, known) => ({ files, languageOptions: { globals: known } });

export default [
  { ignores: ["build/", "**/vendor/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  with_globals(in_browser, globals.browser),
  with_globals(in_node, globals.node),
  {
    rules: {
      "max-lines-per-function": ["error", 70],
      complexity: ["error", 20],
      "max-depth": ["error", 3],
      "no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
      "no-var": "error",
      "prefer-const": "error",
      eqeqeq: "error",
    },
  },
];
