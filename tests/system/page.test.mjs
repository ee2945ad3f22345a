// The demo page as a person sees it: headless Chromium, two tabs.
import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { after, before, it } from "node:test";
import { chromium } from "playwright-core";
import { Server } from "./server.mjs";

const candidates = [process.env.CHROMIUM_BIN, "/usr/bin/chromium", "/usr/bin/chromium-browser"];
const executablePath = candidates.find((path) => path && existsSync(path));
const pictures = fileURLToPath(new URL("../../docs/pictures/", import.meta.url));
let browser;
let server;
let tabs;
const complaints = [];

async function open_tab(context, name) {
  const tab = await context.newPage();
  tab.on("pageerror", (error) => complaints.push(String(error)));
  tab.on("console", (line) => {
    if (/Content.Security.Policy/i.test(line.text())) complaints.push(line.text());
  });
  await tab.goto(`${server.url}/`);
  await connected(tab);
  await tab.fill("#name", name);
  return tab;
}

const connected = (tab) => tab.locator('#status[data-state="connected"]').waitFor();

async function say(tab, words) {
  await tab.fill("#text", words);
  await tab.press("#text", "Enter");
}

const sees = (tab, sender, words) =>
  tab.locator("#messages li", { hasText: words }).filter({ hasText: sender }).waitFor();

before(async () => {
  assert.ok(executablePath, "chromium is missing. Install it: apt-get install chromium");
  server = await Server.start();
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const context = await browser.newContext({ viewport: { width: 760, height: 640 } });
  context.setDefaultTimeout(20_000);
  tabs = [await open_tab(context, "Ada"), await open_tab(context, "Grace")];
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

it("shows in the other tab what one types, and the offset of the reply", async () => {
  const [ada, grace] = tabs;
  await say(ada, "Hello from the first tab");
  await sees(grace, "Ada", "Hello from the first tab");
  await sees(ada, "Ada", "Hello from the first tab");
  await say(grace, "And hello from the second");
  await sees(ada, "Grace", "And hello from the second");
  const ack = ada.locator('#ack[data-state="sent"]');
  await ack.waitFor();
  assert.match(await ack.textContent(), /^sent: offset \d+ of epoch \S+$/);
});

it("takes a picture for the documents when asked to", async () => {
  if (process.env.ROOST_PICTURES !== "1") return;
  mkdirSync(pictures, { recursive: true });
  await tabs[0].screenshot({ path: `${pictures}demo.png` });
});

it("shows text as text, whatever it holds", async () => {
  const [ada, grace] = tabs;
  const words = "<b>bold</b> & <img src=x onerror=alert(1)>";
  await say(ada, words);
  await sees(grace, "Ada", words);
  assert.equal(await grace.locator("#messages b, #messages img").count(), 0);
});

it("offers a second tab in the same room", async () => {
  const href = await tabs[0].locator("#second-tab").getAttribute("href");
  assert.equal(decodeURIComponent(href), "/#room:lobby");
});

it("connects both tabs again after the server was restarted", async () => {
  await server.stop();
  for (const tab of tabs) await tab.locator('#status[data-state="reconnecting"]').waitFor();
  server = await server.again();
  for (const tab of tabs) await connected(tab);
  const [ada, grace] = tabs;
  await say(grace, "Back again");
  await sees(ada, "Grace", "Back again");
  await sees(ada, "", "joined again");
});

it("broke no content security policy and threw nothing", () => {
  assert.deepEqual(complaints, []);
});
