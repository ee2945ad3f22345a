// SPDX-License-Identifier: Apache-2.0
// Many pipelined requests on one connection: each guess of a token costs a connect, no connection
// monopolizes a loop, and a well-behaved client still gets its replies.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { beside_a_neighbour } from "./neighbour.mjs";
import { exchange_bytes, upgrade_request } from "./tcp.mjs";
import { hs256, jwks, SigningKey, secret } from "./tokens.mjs";

const growth_bytes_max = 32 << 20;
const connects = 50;
const es256 = { key: new SigningKey("ES256", "k1"), wrong: new SigningKey("ES256", "k1") };
const folder = mkdtempSync(join(tmpdir(), "roost-requests-"));
const upgrade = (token) =>
  upgrade_request({ target: `/socket/websocket?vsn=2.0.0&token=${token}` });
const page = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

const jwks_file = join(folder, "keys.json");
writeFileSync(jwks_file, jwks(es256.key));

let server;
let neighbour;
const has_not_grown = beside_a_neighbour((beside) => ({ server, neighbour } = beside), {
  config: {
    node: { loops: 1 }, // so that all connections share it
    listen: { trusted_proxies: ["127.0.0.100"] },
    auth: { hs256_secret: secret, jwks_file },
    rates: { address: { connects: { per_second: 1, burst: connects } } },
    rooms: [{ match: "room:*", allow: { join: "any" }, presence: { mode: "off" } }],
  },
});
after(() => rmSync(folder, { recursive: true, force: true }));

const statuses_in = (text) =>
  [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));

/// Sends `bytes`, and returns the statuses of the responses until the server closes or until
/// `responses_max` have come.
async function statuses(bytes, address, responses_max = Infinity) {
  const is_enough = (received) => statuses_in(received).length >= responses_max;
  return statuses_in(await exchange_bytes(server.port, bytes, { address, is_enough }));
}

for (const [alg, address, guess] of [
  ["ES256", "127.0.0.41", (n) => es256.wrong.token({ sub: `ada${n}` })],
  ["HS256", "127.0.0.42", (n) => hs256({ sub: `ada${n}` }, `the wrong secret of 32 bytes, ${n}`)],
]) {
  it(`checks one ${alg} token for each connect, however many are pipelined`, async () => {
    const checked = await server.grows("roost_auth_results_total", 'result="signature"');
    const refused = await server.grows("roost_handshakes_refused_total", "bad_token");
    const limited = await server.grows("roost_rate_refusals_total", 'kind="connects"');
    const guesses = Array.from({ length: 500 }, (_, n) => upgrade(guess(n))).join("");
    const tries = 3 * connects;
    const got = { 403: 0, 429: 0 };
    for (let n = 0; n < tries; n += 1) {
      const found = await statuses(guesses, address);
      assert.ok(found.length <= 1, `${found.length} responses`); // or a reset
      if (found.length === 1) got[found[0]] += 1;
    }
    assert.ok(got[403] > 0 && got[429] > 0, JSON.stringify(got));
    // The server checks a token for each connect within the rate: the burst and its refill.
    assert.equal((await checked.by()) + (await limited.by()), tries);
    assert.equal(await refused.by(), await checked.by());
    assert.ok((await limited.by()) > 0);
  });
}

it("answers twenty thousand pipelined requests while other clients are served", async () => {
  const count = 20_000;
  const pushed = neighbour.pushed;
  const got = await statuses(page.repeat(count), "127.0.0.43", count);
  assert.equal(got.length, count);
  assert.ok(got.every((status) => status === 200));
  assert.ok(neighbour.pushed > pushed);
});

has_not_grown(growth_bytes_max);
