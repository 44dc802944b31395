/** Ends the wait for a silent peer: armed while Seedbed waits for the peer, disarmed otherwise. */
export class Watchdog {
  readonly #milliseconds: number;
  readonly #bite: (error: Error) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number, bite: (error: Error) => void) {
    this.#milliseconds = milliseconds;
    this.#bite = bite;
  }

  arm(what: string): void {
    this.disarm();
    const seconds = Math.round(this.#milliseconds / 1000);
    this.#timer = setTimeout(() => {
      this.#bite(new Error(`The registry did not respond for ${seconds} s while Seedbed waited for ${what}.`));
    }, this.#milliseconds);
  }

  disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
