// Keys: each algorithm, from a file and from a web server, and how they change.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { upgrade_status } from "./raw.mjs";
import { binary, Server, until } from "./server.mjs";
import { from_now, hs256, Issuer, jwks, SigningKey, secret } from "./tokens.mjs";

const path = "/socket/websocket?vsn=2.0.0";
const claims = { sub: "ada", exp: from_now(600) };
const status = (server, token) => upgrade_status(server, `${path}&token=${token}`);

/// A file that is replaced as a careful writer does it.
function key_file(t, text) {
  const folder = mkdtempSync(join(tmpdir(), "roost-keys-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "keys.json");
  writeFileSync(file, text);
  const replace = (next) => {
    writeFileSync(`${file}.new`, next);
    renameSync(`${file}.new`, file);
  };
  return { file, replace };
}

it("takes RS256, ES256, EdDSA and HS256, each by its own key only", async (t) => {
  const keys = ["RS256", "ES256", "EdDSA"].map((alg) => new SigningKey(alg, alg));
  const { file } = key_file(t, jwks(...keys));
  const server = await Server.start({
    config: { auth: { hs256_secret: secret, jwks_file: file } },
    t,
  });
  assert.equal(await status(server, hs256(claims)), 101);
  for (const key of keys) {
    assert.equal(await status(server, key.token(claims)), 101, key.header.alg);
    const stranger = new SigningKey(key.header.alg, key.header.kid);
    assert.equal(await status(server, stranger.token(claims)), 403, key.header.alg);
    assert.equal(await status(server, key.token(claims, { alg: "HS256" })), 403, key.header.alg);
    assert.equal(await status(server, hs256(claims, key.pem)), 403, key.header.alg);
    const other = keys.find((each) => each !== key).header.kid;
    assert.equal(await status(server, key.token(claims, { kid: other })), 403, key.header.alg);
  }
});

it("sees another file of keys, and keeps the last good one", async (t) => {
  const [first, second] = [new SigningKey("EdDSA", "1"), new SigningKey("EdDSA", "2")];
  const { file, replace } = key_file(t, jwks(first));
  const server = await Server.start({ config: { auth: { jwks_file: file } }, t });
  assert.equal(await status(server, first.token(claims)), 101);
  assert.equal(await status(server, second.token(claims)), 403);
  replace(jwks(second));
  await until(async () => (await status(server, second.token(claims))) === 101, "the second key");
  assert.equal(await status(server, first.token(claims)), 403);
  replace("{broken");
  await until(() => server.log.includes("jwks_file_refused"), () => server.log);
  assert.equal(await status(server, second.token(claims)), 101);
});

it("fetches keys before it is ready, and keeps them while the issuer fails", async (t) => {
  const key = new SigningKey("ES256", "1");
  const issuer = await Issuer.start(t, key);
  const server = await Server.start({ config: { auth: { jwks_url: issuer.url } }, t });
  assert.equal(await status(server, key.token(claims)), 101);
  issuer.status = 503;
  // An unknown key may ask early, yet not within seconds of the last question.
  const asked = issuer.requests;
  for (let i = 0; i < 20; i += 1) {
    assert.equal(await status(server, new SigningKey("EdDSA", `x${i}`).token(claims)), 403);
  }
  assert.equal(issuer.requests, asked);
  assert.equal(await status(server, key.token(claims)), 101);
  assert.equal(await server.metric("roost_jwks_fetches_total", 'result="ok"'), 1);
  assert.equal(await server.metric("roost_auth_results_total", 'result="unknown_key"'), 20);
});

it("starts without its issuer, asks again, and follows when the keys change", async (t) => {
  const [first, second] = [new SigningKey("RS256", "1"), new SigningKey("RS256", "2")];
  const issuer = await Issuer.start(t, first);
  issuer.status = 503;
  const server = await Server.start({ config: { auth: { jwks_url: issuer.url } }, t });
  assert.equal(await status(server, first.token(claims)), 403);
  issuer.status = 200;
  issuer.publish(first, second);
  await until(async () => (await status(server, second.token(claims))) === 101, "a fetch");
  assert.equal(await status(server, first.token(claims)), 101);
  assert.ok((await server.metric("roost_jwks_fetches_total", 'result="failed"')) >= 1);
});

it("follows a rotation of keys when a token names one that it does not know", { timeout: 90_000 },
  async (t) => {
    const [first, second] = [new SigningKey("EdDSA", "1"), new SigningKey("EdDSA", "2")];
    const issuer = await Issuer.start(t, first);
    const server = await Server.start({ config: { auth: { jwks_url: issuer.url } }, t });
    assert.equal(await status(server, first.token(claims)), 101);
    issuer.publish(second);
    const is_in = async () => (await status(server, second.token(claims))) === 101;
    await until(is_in, "the second key", 60_000);
    assert.equal(await status(server, first.token(claims)), 403);
    assert.equal(issuer.requests, 2);
  });

/// Another configuration for a running server, and what the reload came to.
async function reload(server, config, result) {
  const counted = () => server.metric("roost_reloads_total", `result="${result}"`);
  const before = await counted();
  writeFileSync(join(server.folder, "roost.json"), JSON.stringify(config));
  process.kill(server.pid, "SIGHUP");
  await until(async () => (await counted()) > before, () => server.output());
}

it("refuses a file of keys that it cannot use: in check, at the start, in a reload", async (t) => {
  const key = new SigningKey("EdDSA", "1");
  const good = jwks(key);
  const { file } = key_file(t, good);
  const server = await Server.start({ config: { auth: { jwks_file: file } }, t });
  const unusable = {
    "no key that can be used": '{"keys":[{"kty":"foo"}]}',
    "more than 256 KiB": `${good}${" ".repeat(400_000)}`,
    duplicate_member: `{"keys":[],${good.slice(1)}`,
  };
  for (const [why, text] of Object.entries(unusable)) {
    const other = key_file(t, text).file;
    await reload(server, { auth: { jwks_file: other } }, "refused");
    await until(() => server.log.includes(why), () => server.log);
    assert.equal(await status(server, key.token(claims)), 101, why);
    const config = join(server.folder, "roost.json");
    for (const command of ["check", "serve"]) {
      const said = spawnSync(binary, [command, "--config", config], {
        encoding: "utf8",
        timeout: 30_000,
      });
      assert.equal(said.status, 1, `${command}: ${why}`);
      const line = said.stderr.split("\n")[0];
      assert.ok(line.startsWith("auth.jwks_file: ") && line.includes(why), said.stderr);
    }
  }
  await server.stop();
});

it("asks its issuer at once in a reload, and another one before it drops a key", async (t) => {
  const [first, second, third] = ["1", "2", "3"].map((kid) => new SigningKey("EdDSA", kid));
  const issuer = await Issuer.start(t, first);
  const other = await Issuer.start(t, third);
  const with_keys = (url) => ({ auth: { jwks_url: url } });
  const server = await Server.start({ config: with_keys(issuer.url), t });
  issuer.publish(second);
  await reload(server, with_keys(issuer.url), "unchanged");
  await until(async () => (await status(server, second.token(claims))) === 101, "the second key");
  other.status = 503;
  await reload(server, with_keys(other.url), "changed");
  await until(() => other.requests > 0, "a question");
  assert.equal(await status(server, second.token(claims)), 101);
  other.status = 200;
  await until(async () => (await status(server, third.token(claims))) === 101, "the third key");
  assert.equal(await status(server, second.token(claims)), 403);
  await server.stop();
});
