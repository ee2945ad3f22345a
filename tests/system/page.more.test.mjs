// SPDX-License-Identifier: Apache-2.0
// The demo page in unusual cases: narrow screens, odd payloads, a server with a key, the docs.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, afterEach, before, it } from "node:test";
import { promisify } from "node:util";
import { launch_browser, new_context } from "./browser.mjs";
import { binary, Server } from "./server.mjs";

const secret = "a secret of the tests, long enough for HS256";
let browser;
let server;
let errors = [];

before(async () => {
  server = await Server.start({ sets: { rooms: null } });
  browser = await launch_browser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});
afterEach(() => {
  assert.deepEqual(errors, []);
  errors = [];
});

async function open(address, options = {}) {
  const context = await new_context(browser, options);
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(address);
  return page;
}

const status = (page, state) => page.locator(`#status[data-state="${state}"]`).waitFor();

async function say(page, words) {
  await page.fill("#text", words);
  await page.press("#text", "Enter");
  await page.locator("#messages .said", { hasText: words }).waitFor();
}

/// Elements whose content is clipped, and those that extend beyond the page.
function clipped() {
  const wide = document.documentElement.clientWidth;
  return [...document.querySelectorAll("body *:not(input)")]
    .filter((each) => each.checkVisibility() && !each.closest(".person-name, .you"))
    .filter((each) => {
      const { left, right } = each.getBoundingClientRect();
      const is_cut = getComputedStyle(each).overflowX !== "visible";
      return left < 0 || right > wide || (is_cut && each.scrollWidth > each.clientWidth);
    })
    .map((each) => each.outerHTML.slice(0, 80));
}

for (const width of [320, 360, 390]) {
  it(`fits ${width} px: names are above their text, and nothing is clipped`, async () => {
    const page = await open(`${server.url}/#${width}`, { viewport: { width, height: 640 } });
    await status(page, "connected");
    await page.fill("#name", "Augusta Ada King of Lovelace");
    await page.press("#name", "Tab");
    await say(page, "a first message that is long enough to need more than one line");
    const box = (selector) => page.locator(selector).first().boundingBox();
    const [name, said] = [await box("#messages .sender"), await box("#messages .said")];
    assert.ok(name.y + name.height <= said.y + 1, "the sender's name is above the text");
    const [name_field, text_field] = [await box("#name"), await box("#text")];
    assert.ok(name_field.y + name_field.height <= text_field.y, "the fields are in order");
    assert.deepEqual(await page.evaluate(clipped), []);
    await page.context().close();
  });
}

it("shows a sentence about Roost and an icon, and no state before the first event", async () => {
  const page = await open(`${server.url}/#quiet`);
  await status(page, "connected");
  assert.deepEqual([await page.innerText("#ack"), await page.innerText("#network-line")], ["", ""]);
  assert.match(await page.innerText(".about"), /^Roost is a realtime room server: /);
  const icon = await page.locator("link[rel=icon]").getAttribute("href");
  const answer = await page.request.get(`${server.url}${icon}`);
  assert.equal(answer.headers()["content-type"], "image/svg+xml");
  await page.context().close();
});

it("handles any published payload without an error", async () => {
  const page = await open(`${server.url}/#odd`);
  await status(page, "connected");
  for (const event of ["msg", "typing", "cursor"]) {
    for (const payload of [{}, { id: {}, name: null, text: [], from: 7, x: "1", y: [] }]) {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ topic: "demo:odd", event, payload });
      const sent = { method: "POST", headers, body };
      assert.equal((await fetch(`${server.admin_url}/api/publish`, sent)).status, 200, body);
    }
  }
  // Payloads that this server refuses, but another version or a relay may deliver.
  await page.evaluate(async () => {
    const { Chat } = await import("/chat.js");
    const { Cursors } = await import("/cursors.js");
    const { Typing } = await import("/typing.js");
    const callbacks = {};
    const channel = { on: (event, callback) => (callbacks[event] = callback), state: "closed" };
    for (const Part of [Chat, Cursors, Typing]) new Part(channel, { id: "me" });
    for (const payload of [null, "text", 7, true, [], undefined]) {
      for (const callback of Object.values(callbacks)) callback(payload);
    }
  });
  await say(page, "still here");
  await page.context().close();
});

it("asks for a token if the server has a key, and shows how to create one", async (t) => {
  const sets = { rooms: null, "auth.hs256_secret": secret };
  const locked = await Server.start({ sets, t });
  const page = await open(`${locked.url}/#locked`);
  await status(page, "refused");
  assert.match(await page.innerText("#token-form"), /roost token --config roost\.json --sub ann/);
  assert.ok(!(await page.locator("#form").isVisible()));
  await page.fill("#token", "not.a.token");
  await Promise.all([page.waitForEvent("load"), page.press("#token", "Enter")]);
  await status(page, "refused");
  const env = { ...process.env, ROOST_AUTH__HS256_SECRET: secret };
  const mint = promisify(execFile)(binary, ["token", "--sub", "ann", "--ttl", "1h"], { env });
  const token = (await mint).stdout.trim();
  await page.fill("#token", token);
  await page.press("#token", "Enter");
  await status(page, "connected");
  await say(page, "in by the form");
  const by_url = await open(`${locked.url}/?token=${token}#locked`);
  await status(by_url, "connected");
  assert.equal(by_url.url(), `${locked.url}/#locked`);
  await by_url.locator("#messages .said", { hasText: "in by the form" }).waitFor();
  await page.context().close();
  await by_url.context().close();
  await locked.stop();
});

it("serves every page of the docs, and all their links lead to a heading", async () => {
  const page = await open(`${server.url}/`);
  await page.locator(".about a").click();
  await page.locator("#page h1").waitFor();
  const read = async (name) => {
    await page.goto(`${server.url}/docs.html#${name}`);
    await page.locator(`#pages a[aria-current][href="#${name}"]`).waitFor();
    const links = (all) => all.map((link) => link.getAttribute("href"));
    await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
    return {
      links: await page.$$eval("#page a[href^='#']", links),
      ids: await page.$$eval("#page [id]", (all) => all.map(({ id }) => id)),
      wide: await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      blank: await page.$$eval("img", (all) => all.filter((one) => one.naturalWidth === 0).length),
    };
  };
  const names = await page.$$eval("#pages a[href^='#']", (all) => all.map(({ hash }) => hash));
  const found = new Map();
  for (const hash of names) found.set(hash.slice(1), await read(hash.slice(1)));
  assert.ok(found.size >= 12, `${[...found.keys()]}`);
  for (const [name, { links, wide, blank }] of found) {
    assert.deepEqual({ wide, blank }, { wide: 0, blank: 0 }, name);
    for (const link of links) {
      const [target, heading] = link.slice(1).split(":");
      assert.ok(found.has(target), `${name}: ${link}`);
      if (heading) assert.ok(found.get(target).ids.includes(heading), `${name}: ${link}`);
    }
  }
  await page.context().close();
});
