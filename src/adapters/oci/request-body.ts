import type { ClientRequest } from "node:http";
import type { Watchdog } from "./watchdog.ts";

/** The bytes to upload could not be read, which is not an error of the registry. */
export class SourceFailure extends Error {
  override readonly name = "SourceFailure";

  constructor(cause: unknown) {
    super("The bytes to upload could not be read.", { cause });
  }
}

export interface RequestBody {
  /** Stops sending, closes the source, and tells whether everything had been sent. */
  halt(): boolean;
}

/** Writes a body to a request as fast as the peer reads, at most one chunk ahead. */
export function feedRequest(
  request: ClientRequest,
  body: Buffer | AsyncIterable<Buffer> | undefined,
  watchdog: Watchdog,
): RequestBody {
  if (body === undefined || Buffer.isBuffer(body)) {
    watchdog.arm("an answer");
    request.end(body);
    return { halt: () => true };
  }
  const feeder = new Feeder(request, body[Symbol.asyncIterator](), watchdog);
  feeder.run().catch((cause: unknown) => request.destroy(new SourceFailure(cause)));
  return feeder;
}

class Feeder implements RequestBody {
  readonly #request: ClientRequest;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #watchdog: Watchdog;
  #halted = false;
  #complete = false;
  // Only one waiter at a time: racing every read against one promise would keep a callback per chunk in memory.
  #wake: (() => void) | undefined;

  constructor(request: ClientRequest, chunks: AsyncIterator<Buffer>, watchdog: Watchdog) {
    this.#request = request;
    this.#chunks = chunks;
    this.#watchdog = watchdog;
    request.on("drain", () => this.#wake?.());
  }

  halt(): boolean {
    if (this.#halted || this.#complete) return this.#complete;
    this.#halted = true;
    this.#wake?.();
    // A read may still be pending; its result no longer matters.
    this.#chunks.return?.().catch(() => undefined);
    return false;
  }

  async run(): Promise<void> {
    while (!this.#halted) {
      const step = await this.#next();
      if (this.#halted || step === undefined) return;
      if (step.done) return this.#end();
      if (!this.#request.write(step.value)) await this.#drained();
    }
  }

  #end(): void {
    this.#complete = true;
    this.#watchdog.arm("an answer");
    this.#request.end();
  }

  #next(): Promise<IteratorResult<Buffer> | undefined> {
    return new Promise((resolve, reject) => {
      this.#wake = () => {
        if (this.#halted) resolve(undefined);
      };
      this.#chunks.next().then(resolve, reject);
    });
  }

  async #drained(): Promise<void> {
    this.#watchdog.arm("it to take more bytes");
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    if (!this.#halted) this.#watchdog.disarm();
  }
}
