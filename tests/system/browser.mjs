// SPDX-License-Identifier: Apache-2.0
// Headless Chromium, and the page of the working tree instead of that of the binary.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const candidates = [process.env.CHROMIUM_BIN, "/usr/bin/chromium", "/usr/bin/chromium-browser"];
const root = fileURLToPath(new URL("../../", import.meta.url));
const folders = [
  "examples/demo",
  "clients/js/src",
  "examples/demo/vendor/phoenix",
].map((folder) => resolve(root, folder));
const documents = [root, resolve(root, "docs")];
const types = {
  ".html": "text/html",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".md": "text/markdown",
};
const policy = "default-src 'self'; connect-src 'self' ws: wss:";
/// ROOST_PAGE=source serves the page from the working tree, so that a change needs no build.
const is_page_source = process.env.ROOST_PAGE === "source";
// Chromium treats a page from the working tree as one from the internet, and would block its access
// to the local server.
const page_source_args = ["--disable-features=LocalNetworkAccessChecks"];

export function launch_browser() {
  const executablePath = candidates.find((path) => path && existsSync(path));
  assert.ok(executablePath, "chromium is missing. Install it: apt-get install chromium");
  const args = ["--no-sandbox", ...(is_page_source ? page_source_args : [])];
  return chromium.launch({ executablePath, args });
}

export async function new_context(browser, options = {}) {
  const context = await browser.newContext(options);
  if (is_page_source) await use_page_source(context);
  context.setDefaultTimeout(20_000);
  return context;
}

/// Answers requests of a browser context for `/NAME` with the files that the build would embed.
async function use_page_source(context) {
  await context.route(/^http:\/\/[^/]+\/([\w-]*|[\w-]+\.\w+)(#.*)?$/, (route) => {
    const name = new URL(route.request().url()).pathname.slice(1) || "index.html";
    const contentType = types[extname(name).replace("mjs", "js")];
    const places = name.endsWith(".md") ? documents : folders;
    const body = contentType && places.map((folder) => read(resolve(folder, name))).find(Boolean);
    if (!body) return route.continue();
    return route.fulfill({ body, contentType, headers: { "Content-Security-Policy": policy } });
  });
}

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}
