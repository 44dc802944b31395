/** One channel to the file: reads up to `length` bytes at `position` into `target` and resolves to their number, 0 at the end. */
export interface Lane {
  read(target: Buffer, length: number, position: number): Promise<number>;
}

export interface Stripe {
  /** First byte to read. */
  offset: number;
  /** Size of the file: one past the last byte to read. */
  end: number;
  /** Maximum bytes per request. */
  chunk: number;
  /** Requests in flight on one lane. */
  depth: number;
}

/** The file is shorter than expected. */
export class EndedEarly extends Error {
  override readonly name = "EndedEarly";
  readonly position: number;

  constructor(position: number) {
    super(`the file ended at byte ${position}`);
    this.position = position;
  }
}

// Every server must answer requests of 32 KiB (draft-ietf-secsh-filexfer-02, section 3).
const alwaysServed = 32_768;

/**
 * Reads the bytes from `offset` to `end` in order over all lanes in parallel. At most `lanes × depth` requests are
 * sent or waiting to be consumed, so memory use is bounded however slow the reader is.
 */
export async function* readInOrder(lanes: readonly Lane[], stripe: Stripe): AsyncGenerator<Buffer> {
  const requests = new Requests(lanes, stripe);
  for (let head = requests.next(); head; head = requests.next()) {
    const bytes = await head;
    requests.fill();
    yield bytes;
  }
}

class Requests {
  readonly #lanes: { lane: Lane; busy: number }[];
  readonly #stripe: Stripe;
  readonly #queue: Promise<Buffer>[] = [];
  #position: number;
  #chunk: number;

  constructor(lanes: readonly Lane[], stripe: Stripe) {
    if (lanes.length === 0) throw new RangeError("reading a file needs at least one lane");
    this.#lanes = lanes.map((lane) => ({ lane, busy: 0 }));
    this.#stripe = stripe;
    this.#position = stripe.offset;
    this.#chunk = stripe.chunk;
  }

  next(): Promise<Buffer> | undefined {
    this.fill();
    return this.#queue.shift();
  }

  fill(): void {
    const { end, depth } = this.#stripe;
    while (this.#position < end && this.#queue.length < this.#lanes.length * depth) {
      const length = Math.min(this.#chunk, end - this.#position);
      const request = this.#request(this.#position, length);
      // A failure is reported when its turn comes; until then it must not be an unhandled rejection.
      request.catch(() => undefined);
      this.#queue.push(request);
      this.#position += length;
    }
  }

  async #request(position: number, length: number): Promise<Buffer> {
    const slot = this.#lanes.reduce((least, each) => (each.busy < least.busy ? each : least));
    slot.busy += 1;
    try {
      return await this.#readFully(slot.lane, position, length);
    } finally {
      slot.busy -= 1;
    }
  }

  /** Servers may return fewer bytes than requested: the rest is requested again. */
  async #readFully(lane: Lane, position: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(length);
    let got = 0;
    while (got < length) {
      const count = await lane.read(bytes.subarray(got), length - got, position + got);
      if (count === 0) throw new EndedEarly(position + got);
      // Remember the server's limit instead of requesting more again.
      if (count < length - got) this.#chunk = Math.max(Math.min(this.#chunk, count), alwaysServed);
      got += count;
    }
    return bytes;
  }
}
