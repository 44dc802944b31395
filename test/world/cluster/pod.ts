import type { ChildProcess } from "node:child_process";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { pullImage, type PulledImage } from "../registry/pull.ts";
import { readLogEvents, type LogEvent } from "../../../src/cluster/log-event.ts";
import { askToEnd, backOffSeconds, CONFIG_DELAY_SECONDS } from "./kubelet.ts";
import { projectFiles } from "./mounted-files.ts";
import { Prober } from "./prober.ts";
import { killContainer, startProcess } from "./processes.ts";
import type { Mount, Workload } from "./read-manifests.ts";

const run = promisify(execFile);

export interface PodOptions {
  /** Holds `rootfs/`, `volume/`, `images/`, `log.txt`. */
  folder: string;
  journal: string;
  credentials: (host: string) => { username: string; password: string } | undefined;
  secret: (name: string) => Record<string, string> | undefined;
  /** For `.world/world.json`: see test/world/image/database/files.ts. */
  world: { rawMarker?: string; tableMilliseconds?: number };
  /** Seconds for the runtime's timing file, which may only shorten its waits. */
  timing: Record<string, number>;
  /** How long a second of the kubelet is; default 10: nobody waits for minutes. */
  secondMilliseconds?: number;
  /** Probes run by themselves, each in its period, and end a container that hangs; default: readiness is looked at when somebody asks. */
  probing?: boolean;
}

export interface Exit {
  start: number;
  code: number;
  /** Of the runtime's last line. */
  phase: string;
  killed: boolean;
}

const CRASH_LOOP = "CrashLoopBackOff";

/** One pod of one database: a container that is started again whenever it ends. */
export class Pod {
  readonly exits: Exit[] = [];
  starts = 0;
  /** Why no container runs, for example `ErrImagePull`; empty when one does. */
  waiting = "";
  readonly #options: PodOptions;
  #workload: Workload | null = null;
  #image: PulledImage | null = null;
  #child: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();
  #turn: Promise<void> = Promise.resolve();
  #killing = false;
  #wanted = false;
  #logStart = 0;
  #ends = 0;
  #prober: Prober | null = null;
  #again: NodeJS.Timeout | null = null;

  constructor(options: PodOptions) {
    this.#options = options;
  }

  get root(): string {
    return join(this.#options.folder, "rootfs");
  }

  /** The volume's own folder; a link to where it is mounted while a container exists. */
  get volume(): string {
    return join(this.#options.folder, "volume");
  }

  /** Of the image that was unpacked last; null before the first. */
  get digest(): string | null {
    return this.#image?.digest ?? null;
  }

  get running(): boolean {
    return this.#child !== null;
  }

  /** Brings the pod to what the manifests say. */
  apply(workload: Workload): Promise<void> {
    return this.#inTurn(() => this.#apply(workload));
  }

  async #apply(workload: Workload): Promise<void> {
    const before = this.#workload;
    if (before !== null && (await this.#isStuck(workload))) return this.#keep(before, workload);
    this.#workload = workload;
    if (workload.replicas === 0) return this.#stop();
    const same = before !== null && this.#wanted && before.template === workload.template;
    const hasContainer = this.waiting === "" || this.waiting.startsWith(CRASH_LOOP);
    if (same && hasContainer) return this.#swapFiles(workload);
    await this.#stop();
    this.#wanted = true;
    this.#ends = 0;
    await rm(join(this.#options.folder, "pod"), { recursive: true, force: true });
    await this.forgetEvents();
    await this.#start();
  }

  /** stateful_set_control.go: a set that keeps order looks no further while a pod is not running and ready. */
  async #isStuck({ ordered, replicas }: Workload): Promise<boolean> {
    return ordered && replicas > 0 && this.#wanted && !(await this.ready());
  }

  /** The old pod stays, with its template; the ConfigMaps that are mounted into it are the new ones. */
  async #keep(before: Workload, { mounts }: Workload): Promise<void> {
    const files = new Map(mounts.map((mount) => [mount.path, mount]));
    this.#workload = { ...before, mounts: before.mounts.map((mount) => files.get(mount.path) ?? mount) };
    if (this.#child) await this.#swapFiles(this.#workload);
  }

  get #second(): number {
    return this.#options.secondMilliseconds ?? 10;
  }

  /** Starts, stops and changed files come one after the other. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** In the pod's next round. */
  async #swapFiles(workload: Workload): Promise<void> {
    await sleep(CONFIG_DELAY_SECONDS * this.#second);
    for (const mount of workload.mounts) if (mount.kind === "files") await this.#project(mount);
  }

  async #project(mount: Mount & { kind: "files" }): Promise<void> {
    await projectFiles(join(this.root, mount.path), mount.files, { mode: mount.mode });
  }

  /** New values of a Secret reach a running container without a restart. */
  rotateSecrets(): Promise<void> {
    return this.#inTurn(async () => {
      for (const mount of this.#workload?.mounts ?? []) if (mount.kind === "secret") await this.#projectSecret(mount);
    });
  }

  async #projectSecret(mount: Mount & { kind: "secret" }): Promise<void> {
    const values = this.#options.secret(mount.name);
    if (!values) throw new Error(`MountVolume.SetUp failed: secret "${mount.name}" not found`);
    const items = mount.items.length > 0 ? mount.items : Object.keys(values).map((key) => ({ key, path: key }));
    const files = items.map(({ key, path }) => {
      if (values[key] === undefined) throw new Error(`references non-existent secret key: ${key}`);
      return [path, values[key]] as const;
    });
    await projectFiles(join(this.root, mount.path), new Map(files), { mode: mount.mode });
  }

  async #start(): Promise<void> {
    if (!this.#wanted || this.#workload === null) return;
    try {
      await this.#unpack(this.#workload);
      for (const mount of this.#workload.mounts) await this.#mount(mount);
    } catch (error) {
      this.waiting = error instanceof Error ? error.message : String(error);
      return;
    }
    this.waiting = "";
    this.starts += 1;
    const { world, journal, timing, folder } = this.#options;
    await writeFile(join(this.root, ".world/world.json"), JSON.stringify({ ...world, journal, start: this.starts }));
    const waits = Object.entries(timing).map(([name, seconds]) => `${name}=${seconds}\n`);
    if (waits.length > 0) await writeFile(join(this.root, "opt/seedbed/timing"), waits.join(""));
    this.#run(join(folder, "log.txt"));
  }

  /** A new container has the image's bytes and nothing of the last one but the volume and the pod's memory folder. */
  async #unpack(workload: Workload): Promise<void> {
    const { folder, credentials } = this.#options;
    await this.#detach();
    const cached = join(folder, "images", workload.image.digest.slice(7));
    const facts = `${cached}.json`;
    if (!existsSync(facts)) {
      await rm(cached, { recursive: true, force: true });
      const login = credentials(workload.image.host);
      const image = await pullImage({ ...workload.image, ...(login ? { credentials: login } : {}) }, cached);
      await writeFile(facts, JSON.stringify(image));
    }
    this.#image = JSON.parse(await readFile(facts, "utf8")) as PulledImage;
    // Hundreds of small files: one program copies them in a tenth of the time that Node takes for them.
    await run("cp", ["-R", "-P", "--preserve=mode", "--", cached, this.root]);
    await mkdir(join(this.root, "dev"), { recursive: true });
    await writeFile(join(this.root, "dev/termination-log"), "");
  }

  /** Takes the volume and the pod's mounts out of an old container, then removes that. */
  async #detach(): Promise<void> {
    const list = join(this.root, ".mounted");
    const moved = existsSync(list) ? (JSON.parse(await readFile(list, "utf8")) as [place: string, home: string][]) : [];
    for (const [place, home] of moved) {
      await rm(home, { recursive: true, force: true });
      await rename(place, home);
    }
    await rm(this.root, { recursive: true, force: true });
  }

  /**
   * No privileges for a bind mount: the folder itself moves in. What Kubernetes made for the pod outlives its containers,
   * with the files' dates; the claim outlives the pod.
   */
  async #mount(mount: Mount): Promise<void> {
    const place = join(this.root, mount.path);
    const home =
      mount.kind === "claim" ? this.volume : join(this.#options.folder, "pod", mount.path.replaceAll("/", "_"));
    const fresh = !existsSync(home);
    await mkdir(home, { recursive: true });
    await rm(place, { recursive: true, force: true });
    await mkdir(dirname(place), { recursive: true });
    await rename(home, place);
    if (mount.kind === "claim") await symlink(place, home);
    const list = join(this.root, ".mounted");
    const before = existsSync(list) ? (JSON.parse(await readFile(list, "utf8")) as string[][]) : [];
    await writeFile(list, JSON.stringify([...before, [place, home]]));
    if (fresh && mount.kind === "files") await this.#project(mount);
    if (fresh && mount.kind === "secret") await this.#projectSecret(mount);
  }

  #run(log: string): void {
    const { Entrypoint = [], Cmd = [], Env = [], WorkingDir = "/" } = this.#image?.config.config ?? {};
    const [command = "", ...args] = [...Entrypoint, ...Cmd];
    const path = (Env.find((entry) => entry.startsWith("PATH=")) ?? "PATH=/usr/bin").slice(5);
    const env = {
      SEEDBED_ROOT: this.root,
      PATH: path
        .split(":")
        .map((part) => join(this.root, part))
        .join(":"),
    };
    const cwd = existsSync(join(this.root, WorkingDir)) ? join(this.root, WorkingDir) : this.root;
    const child = startProcess({
      command: command.startsWith("/") ? join(this.root, command) : command,
      args,
      cwd,
      env,
      log,
    });
    this.#child = child;
    this.#watchProbes();
    this.#ended = new Promise((resolve) => {
      child.once("error", (error) => {
        this.waiting = `CreateContainerError: ${error.message}`;
        this.#child = null;
        resolve();
      });
      child.once("exit", (code, signalName) => {
        void this.#afterExit(code ?? 128 + (signalName === "SIGKILL" ? 9 : 15)).then(resolve);
      });
    });
  }

  async #afterExit(code: number): Promise<void> {
    // The end of the first process is the end of all of them.
    await killContainer(this.root);
    this.exits.push({
      start: this.starts,
      code,
      phase: (await this.events()).at(-1)?.phase ?? "none",
      killed: this.#killing,
    });
    this.#child = null;
    this.#prober?.stop();
    // A test's kills stand for some that are hours apart: the kubelet would have forgotten the one before.
    this.#ends = this.#killing ? 0 : this.#ends + 1;
    this.#killing = false;
    if (!this.#wanted) return;
    const seconds = backOffSeconds(this.#ends);
    if (seconds > 0) this.waiting = `${CRASH_LOOP}: back-off ${seconds}s restarting failed container`;
    this.#again = setTimeout(() => void this.#inTurn(() => this.#start()), seconds * this.#second);
  }

  #watchProbes(): void {
    if (!this.#options.probing) return;
    this.#prober = new Prober({
      probes: this.#workload!.probes,
      run: (command, milliseconds) => this.#succeeds(command, milliseconds),
      secondMilliseconds: this.#second,
      // TERM and the grace first; what hangs does not hear it.
      failed: () => void this.#inTurn(() => this.#endChild()),
    });
  }

  /**
   * Every process of the container dies at once; the container is started again, as kubelet does, and not before `meanwhile`
   * has changed what it wants of the volume.
   */
  async kill9(meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    if (this.#child) await this.#inTurn(() => this.#kill9(meanwhile));
  }

  async #kill9(meanwhile: () => Promise<void>): Promise<void> {
    if (!this.#child) return;
    this.#killing = true;
    await killContainer(this.root);
    await this.#ended;
    await this.forgetEvents();
    await meanwhile();
  }

  /** From here on only what comes now counts as an event. */
  async forgetEvents(): Promise<void> {
    this.#logStart = (await this.log()).length;
  }

  /** TERM, the grace of the pod, KILL; nothing is started again. */
  stop(): Promise<void> {
    return this.#inTurn(() => this.#stop());
  }

  async #stop(): Promise<void> {
    this.#wanted = false;
    if (this.#again) clearTimeout(this.#again);
    await this.#endChild();
    await this.#ended;
    await this.#detach();
  }

  async #endChild(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const grace = setTimeout(() => void killContainer(this.root), (this.#workload?.graceSeconds ?? 30) * 1000);
    await askToEnd(child);
    await this.#ended;
    clearTimeout(grace);
  }

  /** Whether the container runs and the readiness probe of the manifests, if there is one, has succeeded: at its last turn, or now. */
  async ready(): Promise<boolean> {
    if (!this.#child) return false;
    if (this.#options.probing) return this.#prober?.ready ?? false;
    const { readiness } = this.#workload!.probes;
    return readiness === null || this.#succeeds(readiness.command, 0);
  }

  /** `milliseconds` 0 is no limit. */
  #succeeds([command = "", ...args]: string[], milliseconds: number): Promise<boolean> {
    const env = { SEEDBED_ROOT: this.root, PATH: join(this.root, "usr/bin") };
    const inside = args.map((argument) => (argument.startsWith("/") ? join(this.root, argument) : argument));
    return new Promise((resolve) => {
      execFile(command, inside, { env, timeout: milliseconds }, (error) => resolve(error === null));
    });
  }

  /** Runs a program of the container, as `kubectl exec` does; its output, or an error with it. */
  async exec(command: string, ...args: string[]): Promise<string> {
    const env = {
      SEEDBED_ROOT: this.root,
      PATH: ["usr/local/bin", "usr/bin"].map((part) => join(this.root, part)).join(":"),
    };
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    execFile(join(this.root, command), args, { env }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command}: ${error.message}\n${stdout}${stderr}`));
      else resolve(stdout + stderr);
    });
    return promise;
  }

  /** Events of the runtime since this pod was made, was killed, or `forgetEvents` was called. */
  async events(): Promise<LogEvent[]> {
    return readLogEvents((await this.log()).subarray(this.#logStart).toString("utf8"));
  }

  /** Everything that all containers printed. */
  async log(): Promise<Buffer> {
    const file = join(this.#options.folder, "log.txt");
    return existsSync(file) ? readFile(file) : Buffer.alloc(0);
  }

  async terminationMessage(): Promise<string> {
    return readFile(join(this.root, "dev/termination-log"), "utf8");
  }
}
