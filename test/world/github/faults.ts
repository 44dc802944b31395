/** What GitHub does wrong on demand. */
export interface Fault {
  method: string;
  path: RegExp;
  times: number;
  status: number;
  headers?: Record<string, string>;
  /** The write happens, the answer is lost: the hardest case for a client. */
  afterWrite?: boolean;
}

/** A write of the App that has just been done; a test may stop the bot here, before the answer. */
export type WriteListener = (write: { count: number; method: string; path: string }) => Promise<void> | void;

/** Faults to come, and a way to act right after a write. */
export class Faults {
  private readonly coming: Fault[] = [];
  private listener: WriteListener | null = null;
  private writes = 0;

  next(fault: Fault): void {
    this.coming.push({ ...fault });
  }

  onWrite(listener: WriteListener | null): void {
    this.listener = listener;
    this.writes = 0;
  }

  /** The fault that applies to this request now, used up once. */
  take(method: string, path: string): Fault | null {
    const fault = this.coming.find(
      (candidate) => candidate.times > 0 && candidate.method === method && candidate.path.test(path),
    );
    if (!fault) return null;
    fault.times -= 1;
    return fault;
  }

  async wrote(method: string, path: string): Promise<void> {
    this.writes += 1;
    await this.listener?.({ count: this.writes, method, path });
  }
}
