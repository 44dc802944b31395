import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterAssets } from "./assets.ts";
import { ClusterClient } from "./client.ts";
import { freePorts, Program } from "./program.ts";
import type { Access } from "./transport.ts";

/** A real control plane without a node: pods are created and stay pending. */
export interface ControlPlane extends Access {
  /** Path of a file that kubectl, Helm and every client library read: cluster administrator, verified TLS. */
  kubeconfig: string;
  client: ClusterClient;
  /** Holds every program's log, the keys and the data until `close`. */
  folder: string;
  close(): Promise<void>;
}

/** How often all ports are chosen anew where somebody else took one. */
const ATTEMPTS = 3;

/**
 * Starts etcd, kube-apiserver, kube-controller-manager and kube-scheduler on free ports of the loopback address, in about four seconds, and waits until
 * namespaces get their default ServiceAccount. Each call is a cluster of its own: about 450 MiB. Guard a suite with `missingForControlPlane()`;
 * `clusterAssets()` says what is built. Whatever ends the calling process ends the programs too.
 */
export async function startControlPlane(): Promise<ControlPlane> {
  const bin = join(await clusterAssets(), "bin");
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    const started = await new Starting(bin).start().catch(whereTaken);
    if (started) return started;
  }
  return new Starting(bin).start();
}

/** Anything else is wrong every time. */
function whereTaken(error: unknown): null {
  if (/address already in use/.test(String(error))) return null;
  throw error;
}

class Starting {
  readonly #bin: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "seedbed-cluster-"));
  readonly #programs: Program[] = [];
  #client: ClusterClient | undefined;

  constructor(bin: string) {
    this.#bin = bin;
  }

  async start(): Promise<ControlPlane> {
    try {
      return await this.#startAll();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** In the opposite order, one after the other: an apiserver whose etcd is gone hangs on its own lease for minutes. */
  async close(): Promise<void> {
    this.#client?.close();
    for (const program of this.#programs.toReversed()) await program.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #startAll(): Promise<ControlPlane> {
    const [clientPort, peerPort, apiPort, controllersPort] = (await freePorts(4)) as [number, number, number, number];
    const token = this.#writeKeys();
    await this.#startEtcd(`http://127.0.0.1:${clientPort}`, `http://127.0.0.1:${peerPort}`);
    const ca = await this.#startApiServer(`http://127.0.0.1:${clientPort}`, apiPort);
    const access = { server: `https://127.0.0.1:${apiPort}`, token, ca };
    const client = (this.#client = new ClusterClient(access));
    await this.#programs.at(-1)!.until(async () => (await answers(client, "/readyz")) === 200);
    const kubeconfig = this.#path("kubeconfig");
    writeFileSync(kubeconfig, kubeconfigOf(access), { mode: 0o600 });
    await this.#startControllers(kubeconfig, controllersPort, client);
    return { ...access, kubeconfig, client, folder: this.#folder, close: () => this.close() };
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #run(name: string, flags: Record<string, string | number | boolean>): Program {
    const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
    const program = new Program(name, [join(this.#bin, name), ...args], this.#folder);
    this.#programs.push(program);
    return program;
  }

  /** The key of ServiceAccounts, and the token of the administrator. */
  #writeKeys(): string {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
    });
    const token = randomBytes(24).toString("hex");
    writeFileSync(this.#path("sa.key"), privateKey, { mode: 0o600 });
    writeFileSync(this.#path("sa.pub"), publicKey);
    writeFileSync(this.#path("tokens.csv"), `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
    return token;
  }

  async #startEtcd(client: string, peer: string): Promise<void> {
    const etcd = this.#run("etcd", {
      name: "one",
      "data-dir": this.#path("etcd"),
      "listen-client-urls": client,
      "advertise-client-urls": client,
      "listen-peer-urls": peer,
      "initial-advertise-peer-urls": peer,
      "initial-cluster": `one=${peer}`,
      "unsafe-no-fsync": true,
    });
    await etcd.until(() => isHealthy(`${client}/health`));
  }

  /** Returns the certificate that clients verify the server by: it writes its own before it listens. */
  async #startApiServer(etcd: string, port: number): Promise<string> {
    const server = this.#run("kube-apiserver", {
      "etcd-servers": etcd,
      "bind-address": "127.0.0.1",
      "advertise-address": "127.0.0.1",
      "secure-port": port,
      "cert-dir": this.#path("pki"),
      "token-auth-file": this.#path("tokens.csv"),
      "authorization-mode": "RBAC",
      "service-account-issuer": "https://kubernetes.default.svc",
      "service-account-key-file": this.#path("sa.pub"),
      "service-account-signing-key-file": this.#path("sa.key"),
      "service-cluster-ip-range": "10.0.0.0/24",
      "allow-privileged": true,
      // A loopback address is not allowed as an endpoint.
      "endpoint-reconciler-type": "none",
    });
    const file = this.#path("pki/apiserver.crt");
    // The server's certificate and then its authority's: the file is read while it is written.
    const isWritten = (): boolean =>
      existsSync(file) && readFileSync(file, "utf8").split("-----END CERTIFICATE-----\n").length === 3;
    await server.until(async () => isWritten());
    return readFileSync(file, "utf8");
  }

  async #startControllers(kubeconfig: string, port: number, client: ClusterClient): Promise<void> {
    const login = {
      kubeconfig,
      "authentication-kubeconfig": kubeconfig,
      "authorization-kubeconfig": kubeconfig,
      "leader-elect": false,
      "bind-address": "127.0.0.1",
    };
    this.#run("kube-scheduler", { ...login, "secure-port": 0 });
    const controllers = this.#run("kube-controller-manager", {
      ...login,
      "secure-port": port,
      "cert-dir": this.#path("controllers"),
      "service-account-private-key-file": this.#path("sa.key"),
      "root-ca-file": this.#path("pki/apiserver.crt"),
      // A volume that a test makes is bound at once and not within 15 seconds.
      "pvclaimbinder-sync-period": "1s",
    });
    const account = "/api/v1/namespaces/default/serviceaccounts/default";
    await controllers.until(async () => (await answers(client, account)) === 200);
  }
}

/** 0 while nobody listens. */
async function answers(client: ClusterClient, path: string): Promise<number> {
  return client.raw("GET", path).then(
    ({ status }) => status,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED" || error.code === "ECONNRESET") return 0;
      throw error;
    },
  );
}

function isHealthy(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = get(url, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.once("error", () => resolve(false));
  });
}

/** JSON is YAML. */
function kubeconfigOf({ server, ca, token }: Access): string {
  const cluster = { server, "certificate-authority-data": Buffer.from(ca).toString("base64") };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [{ name: "test", cluster }],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
  });
}
