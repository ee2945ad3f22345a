// SPDX-License-Identifier: Apache-2.0
// A node serves on a nats-server that asks for a password, a key, credentials or TLS, and does not
// start with wrong ones.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { make_certificates, new_nkey, new_operator } from "./cluster/nats_keys.mjs";
import { NatsNode } from "./cluster/nats_node.mjs";
import { NatsServer } from "./cluster/nats_server.mjs";
import { join_when_served, push_until_ok } from "./cluster/patient_member.mjs";
import { keeps_all } from "./durable/store_server.mjs";
import { temporary_folder } from "./server.mjs";

const rooms = [keeps_all("*")];

/// A node with the settings `good` keeps a room, also when it and NATS are killed. With each of
/// `wrong` it does not start. Settings may be functions of the server.
async function check(t, settings, good, wrong) {
  const nats = await NatsServer.start(t, { settings });
  const made = (cluster) => (typeof cluster === "function" ? cluster(nats) : cluster);
  const node = await NatsNode.start(t, nats, { rooms, cluster: made(good) });
  const member = await join_when_served(node.server, "room:1");
  await push_until_ok(member, "msg", { n: 1 });
  await nats.kill();
  await nats.start();
  await push_until_ok(member, "msg", { n: 2 });
  member.close();
  await node.kill_and_start();
  const reader = await join_when_served(node.server, "room:1", { history: 10 });
  assert.deepEqual(await reader.events("msg", 2), [{ n: 1 }, { n: 2 }]);
  reader.close();
  await node.server.stop();
  await Promise.all(wrong.map((cluster) => check_refusal(t, nats, made(cluster))));
}

/// Each takes the ten seconds for which a node tries to connect.
async function check_refusal(t, nats, cluster) {
  const node = new NatsNode(t, nats, { rooms, cluster });
  const { code, text } = await node.fails_to_start();
  assert.equal(code, 3, text);
  assert.match(text, /NATS cannot be used at (nats|tls):\/\/127\.0\.0\.1:\d+: /);
  assert.doesNotMatch(text, /secret/);
}

/// Writes a file beside the server's, and returns its path.
function file_in(folder, name, text) {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

it("serves as a user with a password and the rights that it needs", async (t) => {
  const allowed = 'publish: ["test.>", "$JS.API.>"], subscribe: ["test.>"]';
  const user = `{ user: roost, password: secret-1, permissions: { ${allowed} } }`;
  const good = { user: "roost", password: "secret-1" };
  const wrong = [{ user: "roost", password: "secret-2" }, {}];
  await check(t, `authorization { users: [ ${user} ] }`, good, wrong);
});

it("serves as a user with a key", async (t) => {
  const [key, other] = [new_nkey("user"), new_nkey("user")];
  const good = ({ folder }) => ({
    nkey: key.name,
    nkey_seed_file: file_in(folder, "seed", key.seed),
  });
  const wrong = ({ folder }) => ({
    nkey: other.name,
    nkey_seed_file: file_in(folder, "other_seed", other.seed),
  });
  await check(t, `authorization { users: [ { nkey: ${key.name} } ] }`, good, [wrong, {}]);
});

it("serves as a user with a credentials file", async (t) => {
  const { settings, credentials } = new_operator();
  const good = ({ folder }) => ({
    credentials_file: file_in(folder, "user.creds", credentials()),
  });
  const wrong = ({ folder }) => ({
    credentials_file: file_in(folder, "other.creds", credentials(new_nkey("account"))),
  });
  await check(t, settings, good, [wrong, {}]);
});

it("serves over TLS with a certificate of its own", async (t) => {
  const file = make_certificates(temporary_folder(t));
  const own = `cert_file: "${file("server.crt")}", key_file: "${file("server.key")}"`;
  const settings = `tls { ${own}, ca_file: "${file("authority.crt")}", verify: true }`;
  const servers = ({ port }) => ({ nats: [`tls://127.0.0.1:${port}`] });
  const certificate = { certificate_file: file("client.crt"), key_file: file("client.key") };
  const known = { ca_file: file("authority.crt") };
  const good = (nats) => ({ ...servers(nats), ...known, ...certificate });
  const without_certificate = (nats) => ({ ...servers(nats), ...known });
  const of_unknown_authority = (nats) => ({ ...servers(nats), ...certificate });
  await check(t, settings, good, [without_certificate, of_unknown_authority, {}]);
});
