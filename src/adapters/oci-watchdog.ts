/** Ends a wait for a silent peer: armed while it is the peer's turn, disarmed while it is ours. */
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
      this.#bite(new Error(`The registry was silent for ${seconds} s while we waited for ${what}.`));
    }, this.#milliseconds);
  }

  disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
