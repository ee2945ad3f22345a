// The page from the working tree in place of the one in the binary: no build after each change.
import { readFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

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

export const is_page_source = process.env.ROOST_PAGE === "source";

/// Chromium takes a page that came from here for one of the internet, and the server for local.
export const page_source_args = ["--disable-features=LocalNetworkAccessChecks"];

/// `context`: a browser context; what it asks of `/NAME` comes from the files the build embeds.
export async function use_page_source(context) {
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
