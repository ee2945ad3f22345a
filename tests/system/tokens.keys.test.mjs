// SPDX-License-Identifier: Apache-2.0
// Keys: each algorithm, from a file and from a web server, and their rotation.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { upgrade_status } from "./raw.mjs";
import { binary, Server, temporary_folder, until } from "./server.mjs";
import { from_now, hs256, Issuer, jwks, SigningKey, secret } from "./tokens.mjs";

const path = "/socket/websocket?vsn=2.0.0";
const claims = { sub: "ada", exp: from_now(600) };
const status = (server, token) => upgrade_status(server, `${path}&token=${token}`);

/// A file of keys, and a function that replaces it atomically.
function key_file(t, text) {
  const file = join(temporary_folder(t), "keys.json");
  writeFileSync(file, text);
  const replace = (next) => {
    writeFileSync(`${file}.new`, next);
    renameSync(`${file}.new`, file);
  };
  return { file, replace };
}

it("accepts RS256, ES256, EdDSA and HS256, each with its own key only", async (t) => {
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

it("loads a changed file of keys, and keeps the last valid one", async (t) => {
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
  // An unknown key causes a fetch, but not within seconds of the last one.
  const requests = issuer.requests;
  for (let i = 0; i < 20; i += 1) {
    assert.equal(await status(server, new SigningKey("EdDSA", `x${i}`).token(claims)), 403);
  }
  assert.equal(issuer.requests, requests);
  assert.equal(await status(server, key.token(claims)), 101);
  assert.equal(await server.metric("roost_jwks_fetches_total", 'result="ok"'), 1);
  assert.equal(await server.metric("roost_auth_results_total", 'result="unknown_key"'), 20);
});

it("starts without its issuer, fetches again, and loads changed keys", async (t) => {
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

it("fetches rotated keys when a token names an unknown one", { timeout: 90_000 },
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

it("refuses an unusable file of keys in check, at startup and in a reload", async (t) => {
  const key = new SigningKey("EdDSA", "1");
  const good = jwks(key);
  const { file } = key_file(t, good);
  const server = await Server.start({ config: { auth: { jwks_file: file } }, t });
  const unusable = {
    "no key that can be used": '{"keys":[{"kty":"foo"}]}',
    "more than 256 KiB": `${good}${" ".repeat(400_000)}`,
    duplicate_member: `{"keys":[],${good.slice(1)}`,
  };
  for (const [reason, text] of Object.entries(unusable)) {
    const other = key_file(t, text).file;
    await server.reload({ auth: { jwks_file: other } }, "refused");
    await until(() => server.log.includes(reason), () => server.log);
    assert.equal(await status(server, key.token(claims)), 101, reason);
    for (const command of ["check", "serve"]) {
      const ended = spawnSync(binary, [command, "--config", server.config_file], {
        encoding: "utf8",
        timeout: 30_000,
      });
      assert.equal(ended.status, 1, `${command}: ${reason}`);
      const line = ended.stderr.split("\n")[0];
      assert.ok(line.startsWith("auth.jwks_file: ") && line.includes(reason), ended.stderr);
    }
  }
  await server.stop();
});

it("fetches at once on a reload, and keeps the keys until a new issuer answers", async (t) => {
  const [first, second, third] = ["1", "2", "3"].map((kid) => new SigningKey("EdDSA", kid));
  const issuer = await Issuer.start(t, first);
  const other = await Issuer.start(t, third);
  const with_keys = (url) => ({ auth: { jwks_url: url } });
  const server = await Server.start({ config: with_keys(issuer.url), t });
  issuer.publish(second);
  await server.reload(with_keys(issuer.url), "unchanged");
  await until(async () => (await status(server, second.token(claims))) === 101, "the second key");
  other.status = 503;
  await server.reload(with_keys(other.url), "changed");
  await until(() => other.requests > 0, "a request");
  assert.equal(await status(server, second.token(claims)), 101);
  other.status = 200;
  await until(async () => (await status(server, third.token(claims))) === 101, "the third key");
  assert.equal(await status(server, second.token(claims)), 403);
  await server.stop();
});
