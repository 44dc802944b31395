import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

/** A passage of ssh2 1.17.0 and its replacement. Each must occur exactly once, or the edit fails. */
type Edit = readonly [from: string, to: string];

// Node 24.18 to 24.21 throw and catch an exception in every createDecipheriv with a Buffer key, once per packet of
// 32 KiB. A KeyObject avoids that and saves a fifth of a transfer's CPU time.
const keyFields: Edit[] = [
  "this._encKey = enc.cipherKey;",
  "this._decipherKey = dec.decipherKey;",
  "this._encKeyMain = enc.cipherKey.slice(0, 32);",
  "this._encKeyPktLen = enc.cipherKey.slice(32);",
  "this._decKeyMain = dec.decipherKey.slice(0, 32);",
  "this._decKeyPktLen = dec.decipherKey.slice(32);",
  "this._macKey = enc.macKey;",
  "this._macKey = dec.macKey;",
].map((text) => [text, text.replace(/= (.+);$/, "= createSecretKey($1);")] as const);

// ChaChaPolyCipherNative writes between its steps although nonce and MAC are shared by the whole module: a connection
// inside a connection overwrites them. So write only after both were used.
const chachaWrites: Edit[] = [
  ["      .update(packet.slice(0, 4));\n    this._onWrite(pktLenEnc);\n", "      .update(packet.slice(0, 4));\n"],
  [
    "      .update(packet.slice(4));\n    this._onWrite(payloadEnc);\n\n    // Calculate Poly1305 MAC",
    "      .update(packet.slice(4));\n\n    // Calculate Poly1305 MAC",
  ],
  [
    "      0\n    );\n    this._onWrite(mac);\n\n    this.outSeqno = (this.outSeqno + 1) >>> 0;",
    "      0\n    );\n    this.outSeqno = (this.outSeqno + 1) >>> 0;\n    this._onWrite(pktLenEnc);\n    this._onWrite(payloadEnc);\n    this._onWrite(mac);",
  ],
];

// When a host key verdict arrives after the other side's NEWKEYS, ssh2 stops queueing too early and the next packets go
// out under the old cipher. Seedbed's verdict is synchronous; the edit rules the problem out.
const lateVerdict: Edit[] = [
  [
    "          hsWrite = undefined;\n          this._protocol._onHandshakeComplete(negotiated);",
    "          hsWrite = undefined;\n          this._protocol._kexinit = undefined;\n          this._protocol._onHandshakeComplete(negotiated);",
  ],
  ["this._kexinit = this._protocol._kexinit = undefined;", "this._kexinit = undefined;"],
];

// Lets the adapter detect whether it has the edited copy.
const mark: Edit = ["module.exports = {", "module.exports = {\n  seedbedEdits: true,"];

const edits = {
  "crypto.js": [
    [
      "createCipheriv, createDecipheriv, createHmac, randomFillSync",
      "createCipheriv, createDecipheriv, createHmac, createSecretKey, randomFillSync",
    ],
    ...keyFields,
    ...chachaWrites,
    mark,
  ],
  "kex.js": [...lateVerdict, mark],
} satisfies Record<string, Edit[]>;

const editedFile = /[\\/]ssh2[\\/]lib[\\/]protocol[\\/](crypto|kex)\.js$/;

/** The edited text of one of ssh2's files, null for an unchanged file. `path` is a file path. */
export function editSsh2File(path: string): string | null {
  const name = editedFile.exec(path)?.[1];
  if (name === undefined) return null;
  return applyEdits(readFileSync(path, "utf8"), edits[`${name}.js` as keyof typeof edits]);
}

/** Applies all replacements; throws when a passage does not occur exactly once. */
export function applyEdits(source: string, table: readonly Edit[]): string {
  return table.reduce((text, [from, to]) => {
    const parts = text.split(from);
    if (parts.length !== 2)
      throw new Error(`ssh2 is not the version that the edits were made for: found ${parts.length - 1} times: ${from}`);
    return parts.join(to);
  }, source);
}

/** For a build that includes ssh2: puts the edited files into the bundle and fails without them. */
export const ssh2Plugin: Plugin = {
  name: "ssh2-edits",
  setup(build) {
    const seen = new Set<string>();
    build.onLoad({ filter: editedFile }, ({ path }) => {
      seen.add(path);
      const contents = editSsh2File(path);
      if (contents === null) throw new Error(`There is no edit for ${path}.`);
      return { contents, loader: "js" };
    });
    build.onEnd(({ errors }) => {
      if (errors.length > 0 || seen.size === 2) return undefined;
      return { errors: [{ text: `ssh2's edits were applied to ${seen.size} of 2 files` }] };
    });
  },
};
