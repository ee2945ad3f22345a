// SPDX-License-Identifier: Apache-2.0
// The demo page in two tabs of headless Chromium.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { after, before, it } from "node:test";
import { launch_browser, new_context } from "./browser.mjs";
import { Server, until } from "./server.mjs";

const pictures = fileURLToPath(new URL("../../docs/pictures/", import.meta.url));
let browser;
let server;
let ada;
let grace;
const errors = [];

async function open_tab(context, name) {
  const tab = await context.newPage();
  tab.on("pageerror", (error) => errors.push(String(error)));
  tab.on("console", (line) => {
    if (/Content.Security.Policy/i.test(line.text())) errors.push(line.text());
  });
  await tab.goto(`${server.url}/`);
  await connected(tab);
  await set_name(tab, name);
  return tab;
}

const status = (tab, state) => tab.locator(`#status[data-state="${state}"]`).waitFor();
const connected = (tab) => status(tab, "connected");

async function set_name(tab, name) {
  await tab.fill("#name", name);
  await tab.press("#name", "Tab");
}

async function say(tab, words) {
  await tab.fill("#text", words);
  await tab.press("#text", "Enter");
}

async function say_all(tab, all) {
  for (const words of all) {
    await say(tab, words);
    await sees(tab, "", words); // so the server has it
  }
}

const row = (tab, sender, words) =>
  tab.locator("#messages li", { hasText: words }).filter({ hasText: sender });
const sees = (tab, sender, words) => row(tab, sender, words).waitFor();
const notes = (tab) => tab.locator("#messages .note").allTextContents();
const message_texts = (tab) => tab.locator("#messages .said").allTextContents();
const people = (tab) => tab.locator("#people .person-name").allTextContents();

const noted = (tab, expected) =>
  until(async () => (await notes(tab)).some((note) => expected.test(note)), `a note ${expected}`);

const names = (tab, expected) =>
  until(async () => String(await people(tab)) === String(expected), `people ${expected}`);

/// Checks that both tabs show the same messages in the same order, each once.
async function assert_same() {
  let found;
  await until(
    async () => {
      found = [await message_texts(ada), await message_texts(grace)];
      return String(found[0]) === String(found[1]);
    },
    () => `the same messages: ${JSON.stringify(found)}`,
  );
  assert.equal(new Set(found[0]).size, found[0].length, `twice: ${found[0]}`);
}

before(async () => {
  server = await Server.start({ sets: { rooms: null } });
  browser = await launch_browser();
  const context = await new_context(browser, { viewport: { width: 1000, height: 640 } });
  ada = await open_tab(context, "Ada");
  grace = await open_tab(context, "Grace");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

it("shows the people in the room, under their chosen names", async () => {
  for (const tab of [ada, grace]) await names(tab, ["Ada", "Grace"]);
  const own_row = ada.locator(".person", { hasText: "you" });
  assert.equal(await own_row.locator(".person-name").innerText(), "Ada");
});

it("shows who is typing in the other tab, until the message is sent", async () => {
  await ada.locator("#text").pressSequentially("Hello from");
  await grace.locator("#typing", { hasText: "Ada is typing" }).waitFor();
  await say(ada, "Hello from the first tab");
  await sees(grace, "Ada", "Hello from the first tab");
  await until(async () => (await grace.innerText("#typing")) === "", "no more typing");
  assert.equal(await ada.innerText("#typing"), "");
});

it("shows a message in both tabs, and the offset of its reply", async () => {
  await say(grace, "And hello from the second");
  await sees(ada, "Grace", "And hello from the second");
  const ack = grace.locator('#ack[data-state="sent"]');
  await ack.waitFor();
  const [, offset] = /^sent: offset (\d+) of epoch \S+$/.exec(await ack.innerText());
  await sees(ada, "And hello from the second", `#${offset}`);
  await assert_same();
});

it("shows the pointer of the other tab, and removes it when it leaves", async () => {
  const stage = await ada.locator("#stage").boundingBox();
  const cursor = grace.locator(".cursor", { hasText: "Ada" });
  for (const [x, y] of [
    [0.25, 0.5],
    [0.75, 0.25],
  ]) {
    await ada.mouse.move(stage.x + stage.width * x, stage.y + stage.height * y);
    const is_there = ({ style }, [left, top]) =>
      Math.abs(parseFloat(style.left) - left) < 1 && Math.abs(parseFloat(style.top) - top) < 1;
    await until(
      async () => (await cursor.count()) === 1 && cursor.evaluate(is_there, [x * 100, y * 100]),
      `the cursor at ${x}, ${y}`,
    );
  }
  assert.equal(await ada.locator(".cursor").count(), 0, "a tab does not show its own pointer");
  await ada.mouse.move(1, 1);
  await until(async () => (await cursor.count()) === 0, "no cursor");
});

it("shows markup in a message as text", async () => {
  const words = "<b>bold</b> & <img src=x onerror=alert(1)>";
  await say(ada, words);
  await sees(grace, "Ada", words);
  assert.equal(await grace.locator("#messages b, #messages img").count(), 0);
});

it("links to a second tab in the same room", async () => {
  const href = await ada.locator("#second-tab").getAttribute("href");
  assert.equal(decodeURIComponent(href), "/#demo:lobby");
});

it("shows the room's history after a reload, and the name that was chosen", async () => {
  await grace.reload();
  await connected(grace);
  await noted(grace, /^3 messages from before you joined$/);
  await assert_same();
  for (const tab of [ada, grace]) await names(tab, ["Ada", "Grace"]);
});

it("catches up after a cut: in order, once, nothing lost", async () => {
  await ada.click("#cut");
  await status(ada, "cut");
  await names(grace, ["Grace"]);
  await say_all(grace, ["Ada, are you there?", "The release is at noon", "Bring the notes"]);
  await say(ada, "I was in a tunnel");
  await ada.locator('#ack[data-state="waiting"]').waitFor();
  assert.ok(!(await message_texts(ada)).includes("Bring the notes"));
  await ada.click("#cut");
  await noted(ada, /^caught up: 3 messages missed, none lost$/);
  await sees(grace, "Ada", "I was in a tunnel");
  await ada.locator('#ack[data-state="sent"]').waitFor();
  await assert_same();
  for (const tab of [ada, grace]) await names(tab, ["Ada", "Grace"]);
});

it("reconnects by itself, and says that nothing was missed", async () => {
  await grace.click("#cut");
  await status(grace, "cut");
  await connected(grace); // when the cut is over
  await noted(grace, /^caught up: no message missed, none lost$/);
  await assert_same();
});

// skipped: takes the pictures of the docs only on request.
const no_pictures = process.env.ROOST_PICTURES !== "1" && "set ROOST_PICTURES=1 to take them";
it("takes pictures for the docs", { skip: no_pictures }, async () => {
  mkdirSync(pictures, { recursive: true });
  const stage = await grace.locator("#stage").boundingBox();
  await grace.mouse.move(stage.x + stage.width * 0.75, stage.y + stage.height * 0.88);
  await ada.locator(".cursor", { hasText: "Grace" }).waitFor();
  await grace.locator("#text").pressSequentially("On my");
  await ada.locator("#typing", { hasText: "Grace is typing" }).waitFor();
  await ada.screenshot({ path: `${pictures}demo.png` });
  await ada.emulateMedia({ colorScheme: "dark" });
  await ada.setViewportSize({ width: 390, height: 780 });
  await ada.locator("#messages").evaluate((list) => (list.scrollTop = list.scrollHeight));
  await ada.screenshot({ path: `${pictures}demo-phone.png` });
  await ada.emulateMedia({ colorScheme: "light" });
  await ada.setViewportSize({ width: 1000, height: 640 });
});

it("fits a phone without horizontal scrolling", async () => {
  await ada.setViewportSize({ width: 360, height: 640 });
  const over = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  assert.equal(await ada.evaluate(over), 0);
  for (const id of ["#text", "#cut", "#messages"]) {
    assert.ok(await ada.locator(id).isVisible(), `${id} is visible`);
  }
  await ada.setViewportSize({ width: 1000, height: 640 });
});

it("says that a restarted server kept no history, and continues", async () => {
  await server.stop();
  for (const tab of [ada, grace]) await status(tab, "reconnecting");
  server = await server.restart();
  for (const tab of [ada, grace]) await connected(tab);
  for (const tab of [ada, grace]) await noted(tab, /^The server has restarted and kept no history/);
  await say(grace, "Back again");
  await sees(ada, "Grace", "Back again");
  for (const tab of [ada, grace]) await names(tab, ["Ada", "Grace"]);
});

it("violates no content security policy and throws no error", () => {
  assert.deepEqual(errors, []);
});
