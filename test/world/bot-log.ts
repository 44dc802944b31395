import { EventEmitter, once } from "node:events";
import type { Readable } from "node:stream";
import type { Delivery } from "./github/webhooks.ts";

/** A line of the log, as far as it says what the bot is doing. */
interface Line {
  msg?: string;
  /** Of a webhook. */
  delivery?: string;
  /** What has to be reconciled now. */
  keys?: string[];
}

/** What the bot's processes write, one after the other, at `LOG_LEVEL=debug`: when one listens, and when it has nothing left to do. */
export class BotLog {
  #text = "";
  #listening = false;
  #busy = true;
  /** Of the process that `begin` was told about last. */
  #child = 0;
  readonly #webhooks = new Set<string>();
  readonly #events = new EventEmitter();

  /** Everything that was written, by all processes. */
  get text(): string {
    return this.#text;
  }

  get isListening(): boolean {
    return this.#listening;
  }

  /** A new process begins. */
  begin({ stdout, stderr }: { stdout: Readable; stderr: Readable }): void {
    this.#child += 1;
    const child = this.#child;
    [this.#listening, this.#busy] = [false, true];
    let rest = "";
    stdout.setEncoding("utf8").on("data", (part: string) => {
      this.#text += part;
      const lines = `${rest}${part}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#read(JSON.parse(line) as Line, child === this.#child);
      this.#events.emit("read");
    });
    stderr.setEncoding("utf8").on("data", (part: string) => (this.#text += part));
  }

  /** Resolves when the process listens. */
  async listening(): Promise<void> {
    while (!this.#listening) await once(this.#events, "read");
  }

  /** Resolves when the process listens, has read those of the deliveries that were answered, and has nothing left to do. */
  async atRest(deliveries: readonly Delivery[]): Promise<void> {
    const isRead = ({ statusCode, guid }: Delivery) => statusCode !== 200 || this.#webhooks.has(guid);
    while (this.#busy || !this.#listening || !deliveries.every(isRead)) await once(this.#events, "read");
  }

  #read({ msg, delivery, keys = [] }: Line, isCurrent: boolean): void {
    if (delivery !== undefined) this.#webhooks.add(delivery);
    if (!isCurrent) return;
    if (msg === "listening") this.#listening = true;
    if (keys.length > 0) this.#busy = true;
    if (msg === "nothing left to reconcile") this.#busy = false;
  }
}
