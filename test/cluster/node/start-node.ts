import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import type { Server } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Namespaces, type Ran } from "../../node/namespaces.ts";
import { clusterAssets } from "../assets.ts";
import type { ControlPlane } from "../control-plane.ts";
import { CNI_CONFIG, containerdConfig, kubeletConfig, type NodePlaces } from "./node-config.ts";
import { writePauseImage } from "./pause-image.ts";
import { relay } from "./relay.ts";

/** A real kubelet with containerd, in namespaces of its own beside a control plane. */
export interface ClusterNode {
  /** Its name in the cluster. */
  name: string;
  space: Namespaces;
  /** containerd's own client, in the namespace of the kubelet's containers. */
  ctr(...args: string[]): Promise<Ran>;
  close(): Promise<void>;
}

/**
 * Starts containerd and a kubelet and waits until the node is Ready. `ports` of the machine's loopback address are there as
 * well, for example a registry's. Whatever ends the calling process ends the node. Needs root.
 */
export async function startNode(plane: ControlPlane, ports: number[]): Promise<ClusterNode> {
  const assets = await clusterAssets();
  const packages = join(assets, "root");
  if (!existsSync(join(packages, "usr/bin/containerd"))) throw new Error(`${packages} has no containerd`);
  const space = await Namespaces.open(["--net"]);
  const starting = new Starting({ space, plane, assets, packages });
  try {
    return await starting.start(ports);
  } catch (error) {
    const log = await starting.lastWords();
    await starting.close();
    throw new Error(`The node did not start.\n${log}`, { cause: error });
  }
}

interface Parts {
  space: Namespaces;
  plane: ControlPlane;
  assets: string;
  packages: string;
}

class Starting {
  readonly #parts: Parts;
  readonly #relays: Server[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async start(ports: number[]): Promise<ClusterNode> {
    const { space, plane, packages } = this.#parts;
    const { node: address } = await this.#connect();
    await space.must(join(import.meta.dirname, "prepare.sh"), space.folder, space.cgroup, address);
    await this.#relay([...ports, Number(new URL(plane.server).port)]);
    const kubeconfig = join(space.folder, "kubeconfig");
    await copyFile(plane.kubeconfig, kubeconfig);
    const places = { folder: space.folder, packages, cgroup: space.cgroup, address, kubeconfig };
    await this.#startContainerd(places);
    await this.#startKubelet(places);
    await this.#untilReady(address);
    return {
      name: address,
      space,
      ctr: (...args) => this.#ctr("--namespace", "k8s.io", ...args),
      close: () => this.close(),
    };
  }

  async close(): Promise<void> {
    for (const server of this.#relays) server.close();
    await this.#parts.space.close();
  }

  async lastWords(): Promise<string> {
    const files = ["containerd.log", "kubelet.log"].map((name) => join(this.#parts.space.folder, name));
    const texts = await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")));
    return texts.map((text) => text.trim().split("\n").slice(-8).join("\n")).join("\n");
  }

  /** A pair of interfaces, which are gone with the node's network: the API server reaches the kubelet by it. */
  async #connect(): Promise<{ machine: string; node: string }> {
    const taken = new Set(Object.values(networkInterfaces()).flatMap((all) => all!.map(({ address }) => address)));
    const part = [...Array(254).keys()].map((at) => at + 1).find((at) => !taken.has(`10.77.${at}.1`));
    const [machine, node] = [`10.77.${part}.1`, `10.77.${part}.2`];
    const pid = String(this.#parts.space.pid);
    const link = `sb${pid}`;
    const ip = (...args: string[]) => execFileSync("ip", args, { stdio: ["ignore", "pipe", "pipe"] });
    ip("link", "add", link, "type", "veth", "peer", "name", "node0", "netns", pid);
    ip("address", "add", `${machine}/24`, "dev", link);
    ip("link", "set", link, "up");
    return { machine, node };
  }

  async #relay(ports: number[]): Promise<void> {
    const { space } = this.#parts;
    const folder = join(space.folder, "ports");
    await mkdir(folder);
    for (const port of ports) this.#relays.push(await relay({ path: join(folder, String(port)) }, { port }));
    const log = join(space.folder, "relay.log");
    const script = join(import.meta.dirname, "relay-inside.ts");
    space.start([process.execPath, script, folder, ...ports.map(String)], log);
    while (!(await readFile(log, "utf8")).includes("ready")) await sleep(20);
  }

  /** With Debian's programs in front. */
  #command(...args: string[]): string[] {
    const root = this.#parts.packages;
    const path = `${root}/usr/bin:${root}/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
    return ["env", `PATH=${path}`, ...args];
  }

  #ctr(...args: string[]): Promise<Ran> {
    return this.#parts.space.run(...this.#command("ctr", ...args));
  }

  async #startContainerd(places: NodePlaces): Promise<void> {
    const { folder } = places;
    await mkdir(join(folder, "cni"));
    await writeFile(join(folder, "cni/10.conflist"), JSON.stringify(CNI_CONFIG));
    await writeFile(join(folder, "containerd.toml"), containerdConfig(places));
    const archive = writePauseImage(join(this.#parts.assets, "bin/pause"), join(folder, "pause"));
    this.#start("containerd", "--config", join(folder, "containerd.toml"));
    while ((await this.#ctr("version")).status !== 0) await sleep(50);
    const imported = await this.#ctr("--namespace", "k8s.io", "images", "import", archive);
    if (imported.status !== 0) throw new Error(imported.out);
  }

  #start(program: string, ...args: string[]): void {
    const { space } = this.#parts;
    space.start(this.#command(program, ...args), join(space.folder, `${program.split("/").at(-1)}.log`));
  }

  async #startKubelet(places: NodePlaces): Promise<void> {
    const { folder, address, kubeconfig } = places;
    await writeFile(join(folder, "resolv.conf"), "");
    await writeFile(join(folder, "kubelet.json"), JSON.stringify(kubeletConfig(places)));
    this.#start(
      join(this.#parts.assets, "bin/kubelet"),
      `--config=${folder}/kubelet.json`,
      `--kubeconfig=${kubeconfig}`,
      `--root-dir=${folder}/kubelet`,
      `--cert-dir=${folder}/kubelet-pki`,
      `--node-ip=${address}`,
      // Its name is its address: the API server tries the name first, and nobody here would resolve another one.
      `--hostname-override=${address}`,
      "--v=2",
    );
  }

  async #untilReady(name: string): Promise<void> {
    for (;;) {
      const { object } = await this.#parts.plane.client.raw("GET", `/api/v1/nodes/${name}`);
      const { conditions = [] } = (object["status"] ?? {}) as { conditions?: { type: string; status: string }[] };
      if (conditions.some(({ type, status }) => type === "Ready" && status === "True")) return;
      await sleep(100);
    }
  }
}
