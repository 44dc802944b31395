import { MARKER } from "./protocol.ts";

interface BreaksOptions {
  /** Pause between a client's interrupt and the server's BREAK. Some clients lose a BREAK that comes at once. */
  delayMs: number;
  sendMarker(kind: number): void;
  sendAnswer(payload: Buffer): void;
}

/**
 * Break and reset: interrupt (client), BREAK (server), RESET (client), RESET and an error (server).
 * The same steps without an interrupt may announce an ordinary error.
 */
export class Breaks {
  readonly #options: BreaksOptions;
  #answer: (() => Buffer) | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: BreaksOptions) {
    this.#options = options;
  }

  /** From a break until the client's reset, whatever it sends belongs to the call that is gone. */
  get resetDue(): boolean {
    return this.#answer !== null;
  }

  /** The client wants its call to end; after its reset it gets `answer`. */
  interrupt(answer: () => Buffer): void {
    if (this.resetDue) return; // a break is on its way already, and so is the reason
    this.#answer = answer;
    this.#timer = setTimeout(() => this.#sendBreak(), this.#options.delayMs);
  }

  /** Announces an error that a call ended in. */
  announce(error: Buffer): void {
    this.#answer = () => error;
    this.#sendBreak();
  }

  /** The client's reset. An unexpected one is a repetition: some clients send it twice. */
  reset(): void {
    if (this.#answer === null) return;
    // node-oracledb resets on any packet after its interrupt, so its reset may overtake the server's BREAK.
    if (this.#timer !== null) this.#sendBreak();
    const payload = this.#answer();
    this.#answer = null;
    this.#options.sendMarker(MARKER.reset);
    this.#options.sendAnswer(payload);
  }

  /** The connection is gone. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #sendBreak(): void {
    this.stop();
    this.#options.sendMarker(MARKER.break);
  }
}
