import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

/** A certificate that signs itself, for hosts that only the simulated world knows. */
export interface Certificate {
  key: string;
  cert: string;
  /** The file with the certificate, for NODE_EXTRA_CA_CERTS. */
  path: string;
  remove(): Promise<void>;
}

/** Needs the program openssl. */
export async function makeCertificate(hosts: readonly string[]): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), "seedbed-certificate-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const names = hosts.map((host) => `DNS:${host}`).join(",");
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const about = ["-subj", "/CN=seedbed tests", "-addext", `subjectAltName=${names}`];
  await execa("openssl", ["req", "-x509", ...kind, ...about, "-keyout", key, "-out", cert]);
  return {
    key: await readFile(key, "utf8"),
    cert: await readFile(cert, "utf8"),
    path: cert,
    remove: () => rm(folder, { recursive: true }),
  };
}
