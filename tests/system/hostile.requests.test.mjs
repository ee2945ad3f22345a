// Requests without end on one connection: guessed tokens, pages in one piece. Each guess costs a
// connect, nobody holds a loop, and a well-behaved client beside it keeps its replies.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { beside_a_neighbour } from "./neighbour.mjs";
import { hs256, jwks, Pen, secret } from "./tokens.mjs";

const growth_bytes_max = 32 << 20;
const connects = 50;
const es256 = { key: new Pen("ES256", "k1"), wrong: new Pen("ES256", "k1") };
const folder = mkdtempSync(join(tmpdir(), "roost-requests-"));
const upgrade = (token) =>
  `GET /socket/websocket?vsn=2.0.0&token=${token} HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
const page = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

const jwks_file = join(folder, "keys.json");
writeFileSync(jwks_file, jwks(es256.key));

let server;
let neighbour;
const has_not_grown = beside_a_neighbour((beside) => ({ server, neighbour } = beside), {
  config: {
    node: { loops: 1 }, // whoever holds it holds all
    listen: { trusted_proxies: ["127.0.0.100"] },
    auth: { hs256_secret: secret, jwks_file },
    rates: { address: { connects: { per_second: 1, burst: connects } } },
    rooms: [{ match: "room:*", allow: { join: "any" }, presence: { mode: "off" } }],
  },
});
after(() => rmSync(folder, { recursive: true, force: true }));

/// The statuses of all that comes back to a connection that says all of `said`, until it ends or
/// has `wanted`.
function answers(said, address, wanted = Infinity) {
  return new Promise((done) => {
    const got = [];
    let open_line = "";
    const socket = net.connect({ port: server.port, host: "127.0.0.1", localAddress: address });
    const end = () => (socket.destroy(), done(got));
    socket.on("connect", () => socket.write(said));
    socket.on("data", (data) => {
      const lines = (open_line + data).split("\r\n");
      open_line = lines.pop();
      // A body has no line end, so the next answer begins behind it.
      for (const line of lines) {
        const status = /HTTP\/1\.1 (\d+) /.exec(line);
        if (status) got.push(Number(status[1]));
      }
      if (got.length >= wanted) end();
    });
    socket.on("error", end).on("close", end);
  });
}

for (const [alg, address, guess] of [
  ["ES256", "127.0.0.41", (n) => es256.wrong.token({ sub: `ada${n}` })],
  ["HS256", "127.0.0.42", (n) => hs256({ sub: `ada${n}` }, `the wrong secret of 32 bytes, ${n}`)],
]) {
  it(`looks at one ${alg} token a connect, however many come in one piece`, async () => {
    const checked = await server.grows("roost_auth_results_total", 'result="signature"');
    const refused = await server.grows("roost_handshakes_refused_total", "bad_token");
    const limited = await server.grows("roost_rate_refusals_total", 'kind="connects"');
    const guesses = Array.from({ length: 500 }, (_, n) => upgrade(guess(n))).join("");
    const tries = 3 * connects;
    const got = { 403: 0, 429: 0 };
    for (let n = 0; n < tries; n += 1) {
      const answered = await answers(guesses, address);
      assert.ok(answered.length <= 1, `${answered.length} answers`); // or a reset
      if (answered.length === 1) got[answered[0]] += 1;
    }
    assert.ok(got[403] > 0 && got[429] > 0, JSON.stringify(got));
    // A token for each connect that the rate allows: the burst, and a second each since.
    assert.equal((await checked.by()) + (await limited.by()), tries);
    assert.equal(await refused.by(), await checked.by());
    assert.ok((await limited.by()) > 0);
  });
}

it("answers twenty thousand requests in one piece while others have their turns", async () => {
  const count = 20_000;
  const pushed = neighbour.pushed;
  const got = await answers(page.repeat(count), "127.0.0.43", count);
  assert.equal(got.length, count);
  assert.ok(got.every((status) => status === 200));
  assert.ok(neighbour.pushed > pushed);
});

has_not_grown(growth_bytes_max);
