// SPDX-License-Identifier: Apache-2.0
// Keys, tokens and certificates with which nodes prove who they are at a nats-server.
import { execFileSync } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
// The first byte of a public key, and of every seed.
const kinds = { operator: 14 << 3, account: 0, user: 20 << 3 };
const seed_kind = 18 << 3;

function base32(bytes) {
  let out = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) out += letters[(held >> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? out + letters[(held << (5 - bits)) & 31] : out;
}

/// CRC-16 with the polynomial 0x1021.
function checksum(bytes) {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let n = 0; n < 8; n += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
  }
  return crc;
}

function text_of(...parts) {
  const bytes = Buffer.concat(parts);
  const sum = checksum(bytes);
  return base32(Buffer.concat([bytes, Buffer.from([sum & 0xff, sum >> 8])]));
}

/// A key of NATS: `kind` is operator, account or user.
export function new_nkey(kind) {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { x, d } = privateKey.export({ format: "jwk" });
  const [public_bytes, seed_bytes] = [x, d].map((text) => Buffer.from(text, "base64url"));
  const prefix = kinds[kind];
  const of_seed = Buffer.from([seed_kind | (prefix >> 5), (prefix & 31) << 3]);
  return {
    privateKey,
    name: text_of(Buffer.from([prefix]), public_bytes),
    seed: text_of(of_seed, seed_bytes),
  };
}

/// A token in which `issuer` says something about the key `subject`.
function new_jwt(issuer, subject, nats) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1_000) - 60;
  const about = { jti: subject.name, iat: now, iss: issuer.name, name: nats.type };
  const claims = { ...about, sub: subject.name, nats: { ...nats, version: 2 } };
  const text = `${part({ typ: "JWT", alg: "ed25519-nkey" })}.${part(claims)}`;
  return `${text}.${sign(null, Buffer.from(text), issuer.privateKey).toString("base64url")}`;
}

const any_number = -1;
const unlimited = {
  subs: any_number,
  data: any_number,
  payload: any_number,
  imports: any_number,
  exports: any_number,
  wildcards: true,
  conn: any_number,
  leaf: any_number,
};
const with_jetstream = {
  mem_storage: any_number,
  disk_storage: any_number,
  streams: any_number,
  consumer: any_number,
};

/// An operator with one account that may use JetStream: the settings of its nats-server, and a
/// function that makes the contents of a credentials file.
export function new_operator() {
  const [operator, account, system] = ["operator", "account", "account"].map(new_nkey);
  const account_jwt = (key, limits) =>
    new_jwt(operator, key, { type: "account", limits: { ...unlimited, ...limits } });
  const accounts = [[account, with_jetstream], [system, {}]];
  const preload = accounts.map(([key, limits]) => `${key.name}: ${account_jwt(key, limits)}`);
  const settings = [
    `operator: ${new_jwt(operator, operator, { type: "operator" })}`,
    `system_account: ${system.name}`,
    "resolver: MEMORY",
    `resolver_preload: { ${preload.join(", ")} }`,
  ].join("\n");
  const credentials = (issuer = account) => {
    const user = new_nkey("user");
    const limits = { subs: any_number, data: any_number, payload: any_number };
    const jwt = new_jwt(issuer, user, { type: "user", pub: {}, sub: {}, ...limits });
    const part = (title, text) => `-----BEGIN ${title}-----\n${text}\n------END ${title}------\n`;
    return part("NATS USER JWT", jwt) + part("USER NKEY SEED", user.seed);
  };
  return { settings, credentials };
}

/// The files of a new authority, and of a server and a client that it has signed, in `folder`.
export function make_certificates(folder) {
  const file = (name) => join(folder, name);
  const run = (...args) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const subject = (name) => ["-subj", `/CN=${name}`, "-keyout", `${name}.key`];
  const self_signed = ["-x509", "-days", "1", "-out", "authority.crt"];
  run("req", ...new_key, ...self_signed, ...subject("authority"));
  writeFileSync(file("names"), "subjectAltName=IP:127.0.0.1\n");
  for (const name of ["server", "client"]) {
    run("req", ...new_key, "-out", `${name}.csr`, ...subject(name));
    const authority = ["-CA", "authority.crt", "-CAkey", "authority.key", "-CAcreateserial"];
    const about = ["-days", "1", "-extfile", "names"];
    run("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.crt`, ...authority, ...about);
  }
  return file;
}
