// Whoever issues tokens in these tests: keys of each kind by Node's crypto, and a web server that
// gives them out.
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

const base64url = (what) => Buffer.from(what).toString("base64url");
/// Seconds of Unix time, so many from now.
export const from_now = (seconds) => Date.now() / 1000 + seconds;

/// header.claims and the signature that `by` makes of them.
export function compact(header, claims, by) {
  const text = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`;
  return `${text}.${base64url(by(Buffer.from(text)))}`;
}

export function hs256(claims, key = secret, header = {}) {
  const by = (text) => createHmac("sha256", key).update(text).digest();
  return compact({ alg: "HS256", typ: "JWT", ...header }, claims, by);
}

// As text, read again: Node 20 hangs for ever where the garbage of making a pair is collected while
// a key of that pair is exported as a JWK, as both lock the pair.
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

/// A key pair with a name: `jwk` is what an issuer publishes, `token` what it signs.
export class Pen {
  constructor(alg, kid) {
    this.header = { alg, kid, typ: "JWT" };
    const { publicKey, privateKey } = kinds[alg].make();
    this.private = createPrivateKey(privateKey);
    this.pem = publicKey;
    this.jwk = { ...createPublicKey(publicKey).export({ format: "jwk" }), kid, alg, use: "sig" };
  }
  token(claims, header = {}) {
    const by = (text) => kinds[this.header.alg].sign(text, this.private);
    return compact({ ...this.header, ...header }, claims, by);
  }
}

export const jwks = (...pens) => JSON.stringify({ keys: pens.map((pen) => pen.jwk) });

/// A web server with a key set, which may change, or be out of order (status other than 200).
export class Issuer {
  static async start(t, ...pens) {
    const issuer = new Issuer();
    issuer.status = 200;
    issuer.asked = 0;
    issuer.give(...pens);
    issuer.server = createServer((request, response) => {
      issuer.asked += 1;
      response.writeHead(issuer.status, { "content-type": "application/json" });
      response.end(issuer.status === 200 ? issuer.keys : "out of order");
    });
    await new Promise((done) => issuer.server.listen(0, "127.0.0.1", done));
    issuer.url = `http://127.0.0.1:${issuer.server.address().port}/keys`;
    t.after(() => issuer.server.close());
    return issuer;
  }
  give(...pens) {
    this.keys = jwks(...pens);
  }
}

/// What `roost token` prints, with the secret in the environment.
export function minted(...args) {
  const env = { ...process.env, ROOST_AUTH__HS256_SECRET: secret };
  const got = spawnSync(binary, ["token", ...args], { env, encoding: "utf8" });
  if (got.status !== 0) throw new Error(`roost token: ${got.status} ${got.stderr}`);
  return got.stdout.trim();
}

/// As Phoenix's client puts a token among the subprotocols.
export const protocols_of = (token) => [
  "phoenix",
  `base64url.bearer.phx.${Buffer.from(token).toString("base64").replace(/=+$/, "")}`,
];

