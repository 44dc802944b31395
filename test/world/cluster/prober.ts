import { setTimeout as sleep } from "node:timers/promises";
import type { Probe } from "./read-container.ts";

export interface ProberOptions {
  probes: { startup: Probe | null; readiness: Probe | null; liveness: Probe | null };
  /** Whether the command succeeds in the container within so many milliseconds. */
  run: (command: string[], milliseconds: number) => Promise<boolean>;
  /** How long a second of the manifests' periods is. */
  secondMilliseconds: number;
  /** A startup or liveness probe has failed too often: the container has to end. */
  failed: (probe: "startup" | "liveness") => void;
}

/** Probes one container as the kubelet does (prober/worker.go): the others wait for the startup probe, and each has its own period. */
export class Prober {
  /** What the last readiness probes say; true without one. */
  ready = false;
  readonly #options: ProberOptions;
  #over = false;

  constructor(options: ProberOptions) {
    this.#options = options;
    void this.#probe();
  }

  stop(): void {
    this.#over = true;
    this.ready = false;
  }

  async #probe(): Promise<void> {
    const { startup, readiness, liveness } = this.#options.probes;
    if (startup && !(await this.#untilStarted(startup))) return;
    if (readiness) void this.#watch(readiness, (isWell) => (this.ready = isWell));
    else this.ready = true;
    if (liveness) void this.#watch(liveness, (isWell) => !isWell && this.#fail("liveness"));
  }

  #fail(probe: "startup" | "liveness"): void {
    if (!this.#over) this.#options.failed(probe);
  }

  async #untilStarted(probe: Probe): Promise<boolean> {
    let failures = 0;
    while (!this.#over && failures < probe.failureThreshold) {
      if (await this.#succeeds(probe)) return true;
      failures += 1;
      await this.#wait(probe);
    }
    this.#fail("startup");
    return false;
  }

  /** One success is enough; it takes as many failures as the manifests say. */
  async #watch(probe: Probe, tell: (isWell: boolean) => void): Promise<void> {
    for (let failures = 0; !this.#over; await this.#wait(probe)) {
      failures = (await this.#succeeds(probe)) ? 0 : failures + 1;
      if (!this.#over && (failures === 0 || failures === probe.failureThreshold)) tell(failures === 0);
    }
  }

  #succeeds({ command, timeoutSeconds }: Probe): Promise<boolean> {
    return this.#options.run(command, timeoutSeconds * 1000);
  }

  #wait({ periodSeconds }: Probe): Promise<void> {
    return sleep(periodSeconds * this.#options.secondMilliseconds);
  }
}
