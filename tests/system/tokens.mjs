// SPDX-License-Identifier: Apache-2.0
// Issues tokens for the tests: signing keys of each kind, and a web server that publishes them.
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
} from "node:crypto";
import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { binary } from "./server.mjs";

export const secret = "a secret that has at least 32 bytes";

const base64url = (data) => Buffer.from(data).toString("base64url");
/// Unix time in seconds, counted from now.
export const from_now = (seconds) => Date.now() / 1000 + seconds;

/// A token in compact form: header.claims and the signature that `sign_text` returns for them.
export function compact(header, claims, sign_text) {
  const text = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`;
  return `${text}.${base64url(sign_text(Buffer.from(text)))}`;
}

export function hs256(claims, key = secret, header = {}) {
  const sign_text = (text) => createHmac("sha256", key).update(text).digest();
  return compact({ alg: "HS256", typ: "JWT", ...header }, claims, sign_text);
}

/// A token of a user, valid for an hour.
export function token_of(sub, claims = {}, key = secret) {
  const now = Math.floor(Date.now() / 1000);
  return hs256({ sub, iat: now, exp: now + 3_600, ...claims }, key);
}

// Keys are exported to text and parsed again, because Node 20 can deadlock: exporting a key as JWK
// and collecting the garbage of its generation both lock the key pair.
const as_text = {
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
};

const kinds = {
  RS256: {
    make: () => generateKeyPairSync("rsa", { modulusLength: 2048, ...as_text }),
    sign: (text, key) => sign("sha256", text, key),
  },
  ES256: {
    make: () => generateKeyPairSync("ec", { namedCurve: "P-256", ...as_text }),
    sign: (text, key) => sign("sha256", text, { key, dsaEncoding: "ieee-p1363" }),
  },
  EdDSA: {
    make: () => generateKeyPairSync("ed25519", as_text),
    sign: (text, key) => sign(null, text, key),
  },
};

/// A key pair with a key id. An issuer publishes `jwk`; token() signs with the private key.
export class SigningKey {
  constructor(alg, kid) {
    this.header = { alg, kid, typ: "JWT" };
    const { publicKey, privateKey } = kinds[alg].make();
    this.private = createPrivateKey(privateKey);
    this.pem = publicKey;
    this.jwk = { ...createPublicKey(publicKey).export({ format: "jwk" }), kid, alg, use: "sig" };
  }
  token(claims, header = {}) {
    const sign_text = (text) => kinds[this.header.alg].sign(text, this.private);
    return compact({ ...this.header, ...header }, claims, sign_text);
  }
}

export const jwks = (...keys) => JSON.stringify({ keys: keys.map((key) => key.jwk) });

/// A web server that publishes a key set, which a test may change. A `status` other than 200 makes
/// it fail.
export class Issuer {
  static async start(t, ...keys) {
    const issuer = new Issuer();
    issuer.status = 200;
    issuer.requests = 0;
    issuer.publish(...keys);
    issuer.server = createServer((request, response) => {
      issuer.requests += 1;
      response.writeHead(issuer.status, { "content-type": "application/json" });
      response.end(issuer.status === 200 ? issuer.keys : "out of order");
    });
    await new Promise((done) => issuer.server.listen(0, "127.0.0.1", done));
    issuer.url = `http://127.0.0.1:${issuer.server.address().port}/keys`;
    t.after(() => issuer.server.close());
    return issuer;
  }
  publish(...keys) {
    this.keys = jwks(...keys);
  }
}

/// The token that `roost token` prints, with the secret in the environment.
export function minted(...args) {
  const env = { ...process.env, ROOST_AUTH__HS256_SECRET: secret };
  const got = spawnSync(binary, ["token", ...args], { env, encoding: "utf8" });
  if (got.status !== 0) throw new Error(`roost token: ${got.status} ${got.stderr}`);
  return got.stdout.trim();
}

/// The subprotocols with which Phoenix's client sends a token.
export const protocols_of = (token) => [
  "phoenix",
  `base64url.bearer.phx.${Buffer.from(token).toString("base64").replace(/=+$/, "")}`,
];

