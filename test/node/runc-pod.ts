import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectFiles } from "../world/cluster/mounted-files.ts";
import type { Mount, Workload } from "../world/cluster/read-manifests.ts";
import { pullImage, type PulledImage } from "../world/registry/pull.ts";
import type { Namespaces, Ran } from "./namespaces.ts";
import { ociSpec, type Bind } from "./oci-spec.ts";

export interface RuncPodOptions {
  space: Namespaces;
  /** Of its folder below the namespaces' own. */
  name: string;
  credentials: { username: string; password: string };
  secrets: Record<string, Record<string, string>>;
  /** A volume of this size instead of a folder. */
  volumeBytes?: number;
}

/** One pod of a database whose containers are real ones, made by runc as the kubelet and containerd would have them made. */
export class RuncPod {
  readonly #options: RuncPodOptions;
  readonly #folder: string;
  #workload: Workload | null = null;
  #image: PulledImage | null = null;
  #starts = 0;
  #child: ChildProcess | null = null;
  /** Of the last container: its status, once it has ended. */
  ended: Promise<number> = Promise.resolve(0);

  constructor(options: RuncPodOptions) {
    this.#options = options;
    this.#folder = join(options.space.folder, options.name);
  }

  /** The volume, as a path of this machine. */
  get volume(): string {
    return this.#options.space.path(join(this.#folder, "volume"));
  }

  get running(): boolean {
    return this.#child !== null;
  }

  /** Pulls the image, mounts what the pod mounts, and starts its container. Another workload is another pod on the same volume. */
  async start(workload: Workload): Promise<void> {
    await this.create(workload);
    await this.startContainer();
  }

  /** Everything but the container. */
  async create(workload: Workload): Promise<void> {
    this.#workload = workload;
    await mkdir(this.#folder, { recursive: true });
    await this.#pull(workload);
    await this.#mountVolume();
    for (const mount of workload.mounts) await this.#prepare(mount);
  }

  async #pull({ image }: Workload): Promise<void> {
    const folder = this.#imageFolder();
    const facts = `${folder}.json`;
    if (!existsSync(facts)) {
      const pulled = await pullImage({ ...image, credentials: this.#options.credentials, keepOwners: true }, folder);
      await writeFile(facts, JSON.stringify(pulled));
    }
    this.#image = JSON.parse(await readFile(facts, "utf8")) as PulledImage;
  }

  #imageFolder(): string {
    return join(this.#options.space.folder, "images", this.#workload!.image.digest.slice(7));
  }

  /** The claim outlives the pods. Its top belongs to the pod's group, as the kubelet makes it (volume_linux.go, SetVolumeOwnership). */
  async #mountVolume(): Promise<void> {
    const { space, volumeBytes } = this.#options;
    const place = join(this.#folder, "volume");
    if (existsSync(place)) return;
    await mkdir(place);
    if (volumeBytes !== undefined)
      await space.must("mount", "-t", "tmpfs", "-o", `size=${volumeBytes}`, "volume", place);
    await chown(this.volume, 0, this.#workload!.security.volumeGroup ?? 0);
    await chmod(this.volume, 0o2775);
  }

  #source(mount: Mount): string {
    return mount.kind === "claim"
      ? join(this.#folder, "volume")
      : join(this.#folder, `pod-${this.#workload!.image.digest.slice(7, 19)}`, mount.path.replaceAll("/", "_"));
  }

  async #prepare(mount: Mount): Promise<void> {
    const group = this.#workload!.security.volumeGroup ?? 0;
    const source = this.#source(mount);
    if (mount.kind === "files") await projectFiles(source, mount.files, { mode: mount.mode, group });
    if (mount.kind === "secret") await projectFiles(source, this.#secretFiles(mount), { mode: mount.mode, group });
    if (mount.kind !== "memory" || existsSync(source)) return;
    await mkdir(source, { recursive: true });
    const size = mount.bytes === null ? "" : `size=${mount.bytes},`;
    await this.#options.space.must("mount", "-t", "tmpfs", "-o", `${size}mode=2777,gid=${group}`, "tmpfs", source);
  }

  #secretFiles({ name, items }: Mount & { kind: "secret" }): Map<string, string> {
    const values = this.#options.secrets[name] ?? {};
    const chosen = items.length > 0 ? items : Object.keys(values).map((key) => ({ key, path: key }));
    return new Map(chosen.map(({ key, path }) => [path, values[key]!]));
  }

  /** Changed ConfigMaps and Secrets reach the running container. */
  async change(workload: Workload): Promise<void> {
    this.#workload = { ...workload, image: this.#workload!.image };
    for (const mount of workload.mounts) if (mount.kind !== "claim") await this.#prepare(mount);
  }

  /** A new container of the same pod: the image's bytes, the volume and the pod's mounts, /dev/shm as the last one left it. */
  async startContainer(): Promise<void> {
    if (this.#child) throw new Error("a container runs already");
    this.#starts += 1;
    const bundle = join(this.#folder, `container-${this.#starts}`);
    for (const name of ["rootfs", "upper", "work"]) await mkdir(join(bundle, name), { recursive: true });
    const layers = `lowerdir=${this.#imageFolder()},upperdir=${bundle}/upper,workdir=${bundle}/work`;
    await this.#options.space.must("mount", "-t", "overlay", "-o", layers, "overlay", join(bundle, "rootfs"));
    await writeFile(this.#termination(), "");
    await chmod(this.#termination(), 0o666);
    const spec = ociSpec({
      workload: this.#workload!,
      image: this.#image!,
      binds: this.#binds(),
      cgroup: this.cgroup,
    });
    await writeFile(join(bundle, "config.json"), JSON.stringify(spec));
    this.#run(bundle);
  }

  #binds(): Bind[] {
    const mounts = this.#workload!.mounts.map((mount) => ({
      source: this.#source(mount),
      destination: mount.path,
      readOnly: mount.readOnly,
    }));
    return [...mounts, { source: this.#termination(), destination: "/dev/termination-log", readOnly: false }];
  }

  #termination(): string {
    return join(this.#folder, `termination-${this.#starts}`);
  }

  /** Of the running container, below each hierarchy. */
  get cgroup(): string {
    return `${this.#options.space.cgroup}/${this.#id()}`;
  }

  #id(): string {
    return `${this.#options.name}-${this.#starts}`;
  }

  #runc(...args: string[]): string[] {
    return ["runc", "--root", join(this.#options.space.folder, "runc"), ...args];
  }

  #run(bundle: string): void {
    const command = this.#runc("run", "--bundle", bundle, this.#id());
    const child = this.#options.space.start(command, this.#logFile());
    this.#child = child;
    this.ended = once(child, "exit").then(([code]) => {
      this.#child = null;
      return (code as number | null) ?? -1;
    });
  }

  #logFile(): string {
    return join(this.#folder, `log-${this.#starts}.txt`);
  }

  /** What the last container has printed. */
  async log(): Promise<string> {
    return readFile(this.#logFile(), "utf8");
  }

  /** The termination message of the last container. */
  async message(): Promise<string> {
    return readFile(this.#termination(), "utf8");
  }

  /** Waits for a line; throws when the container ends without it. */
  async sees(pattern: RegExp): Promise<string> {
    for (let over = false; ; over = !this.running) {
      const log = await this.log();
      if (pattern.test(log)) return log;
      if (over) throw new Error(`ended with ${await this.ended} before ${pattern}:\n${log.slice(-6000)}`);
      await sleep(20);
    }
  }

  /** Runs a program in the container as the kubelet does for a probe. */
  exec(...args: string[]): Promise<Ran> {
    return this.#options.space.run(...this.#runc("exec", this.#id(), ...args));
  }

  /** Sends a signal to PID 1 of the container. */
  async signal(name: "TERM" | "KILL" | "STOP"): Promise<void> {
    await this.#options.space.must(...this.#runc("kill", this.#id(), name));
  }

  /** Ends the container as the kubelet ends a pod; its status. */
  async stop(): Promise<number> {
    await this.signal("TERM");
    return this.ended;
  }

  /** PID 1 dies, and with it every process of the container. */
  async kill(): Promise<number> {
    await this.signal("KILL");
    return this.ended;
  }
}
