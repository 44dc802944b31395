import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The data of a Secret of type kubernetes.io/tls, as cert-manager fills it. */
export interface TlsSecret {
  "tls.crt": string;
  "tls.key": string;
  "ca.crt": string;
}

/** A certification authority made by openssl, which issues like an issuer of cert-manager. */
export class Authority {
  readonly folder = mkdtempSync(join(tmpdir(), "seedbed-ca-"));
  readonly certificate = join(this.folder, "ca.crt");
  #issued = 0;

  constructor() {
    const subject = [
      "-subj",
      "/CN=Seedbed test authority",
      "-days",
      "2",
      "-keyout",
      this.#key,
      "-out",
      this.certificate,
    ];
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject);
  }

  get #key(): string {
    return join(this.folder, "ca.key");
  }

  /** A certificate for these names with a new key; of `days: -1` it has expired. */
  issue(
    names: readonly string[],
    { days = 1, algorithm = ["rsa:2048"] }: { days?: number; algorithm?: string[] } = {},
  ): TlsSecret {
    const at = (name: string): string => join(this.folder, `${this.#issued}-${name}`);
    this.#issued += 1;
    writeFileSync(at("names"), `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}\n`);
    openssl(
      "req",
      "-newkey",
      ...algorithm,
      "-nodes",
      "-subj",
      `/CN=${names[0]}`,
      "-keyout",
      at("key"),
      "-out",
      at("csr"),
    );
    const signed = ["-CA", this.certificate, "-CAkey", this.#key, "-CAcreateserial", "-extfile", at("names")];
    openssl("x509", "-req", "-in", at("csr"), ...signed, "-days", String(days), "-out", at("crt"));
    const read = (file: string): string => readFileSync(file, "utf8");
    return { "tls.crt": read(at("crt")), "tls.key": read(at("key")), "ca.crt": read(this.certificate) };
  }

  /** The same with a passphrase on the key. */
  locked(names: readonly string[]): TlsSecret {
    const secret = this.issue(names);
    const args = ["pkey", "-aes256", "-passout", "pass:locked"];
    return { ...secret, "tls.key": execFileSync("openssl", args, { input: secret["tls.key"], encoding: "utf8" }) };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** SHA-256 of a certificate in PEM, as openssl prints it. */
export function fingerprintOf(pem: string): string {
  return execFileSync("openssl", ["x509", "-noout", "-fingerprint", "-sha256"], {
    input: pem,
    encoding: "utf8",
  }).trim();
}

function openssl(...args: string[]): void {
  execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
}
