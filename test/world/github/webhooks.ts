import { createHmac, randomUUID } from "node:crypto";
import type { WorldClock } from "../clock.ts";

export interface Delivery {
  id: number;
  guid: string;
  event: string;
  action: string | null;
  deliveredAt: string;
  redelivery: boolean;
  /** 0 if there was no answer. */
  statusCode: number;
  status: string;
  body: string;
}

/** GitHub gives a receiver ten seconds. */
const PATIENCE = 10_000;

/** Sends signed webhooks, keeps the delivery log, and loses, doubles, shuffles or holds them on demand. */
export class Webhooks {
  readonly deliveries: Delivery[] = [];
  private url: string | null = null;
  private readonly secret: string;
  private readonly clock: WorldClock;
  private readonly pending = new Set<Promise<void>>();
  private drops = 0;
  private doubles = 0;
  private held: Delivery[] | null = null;
  private ids = 1000;
  private readonly note: (event: string, payload: object) => void;

  /** `note` is told of each event, also of one that gets lost. */
  constructor(secret: string, clock: WorldClock, note: (event: string, payload: object) => void) {
    this.secret = secret;
    this.clock = clock;
    this.note = note;
  }

  /** null takes the receiver away: deliveries fail as they do when a bot is down. */
  setUrl(url: string | null): void {
    this.url = url;
  }

  send(event: string, payload: Record<string, unknown>): void {
    this.note(event, payload);
    const delivery = this.log(event, JSON.stringify(payload), randomUUID());
    if (this.held) {
      this.held.push(delivery);
      return;
    }
    if (this.drops > 0) {
      this.drops -= 1;
      delivery.status = "lost on purpose";
      return;
    }
    this.start(delivery);
    if (this.doubles > 0) {
      this.doubles -= 1;
      this.start(delivery);
    }
  }

  drop(count: number): void {
    this.drops += count;
  }

  double(count: number): void {
    this.doubles += count;
  }

  /** Holds every delivery; the function that it returns sends them in the order that `arrange` gives. */
  hold(arrange: (deliveries: Delivery[]) => Delivery[] = (same) => same): () => Promise<void> {
    this.held = [];
    return async () => {
      const waiting = this.held ?? [];
      this.held = null;
      for (const delivery of arrange(waiting)) this.start(delivery);
      await this.settled();
    };
  }

  redeliver(id: number): boolean {
    const original = this.deliveries.find((delivery) => delivery.id === id);
    if (!original) return false;
    this.start({ ...this.log(original.event, original.body, original.guid), redelivery: true });
    return true;
  }

  /** Every delivery that was started has been answered or has failed. */
  async settled(): Promise<void> {
    while (this.pending.size > 0) await Promise.all(this.pending);
  }

  /** Every delivery is answered and its receiver at rest, both at once: the one leads to the other. */
  async calm(atRest: () => Promise<void>): Promise<void> {
    let known: number;
    do {
      known = this.deliveries.length;
      await this.settled();
      await atRest();
    } while (this.deliveries.length !== known);
  }

  counts(): { sent: number; refused: number } {
    const answered = this.deliveries.filter(({ statusCode }) => statusCode > 0);
    return { sent: answered.length, refused: answered.filter(({ statusCode }) => statusCode >= 400).length };
  }

  private log(event: string, body: string, guid: string): Delivery {
    const action = (JSON.parse(body) as { action?: string }).action ?? null;
    const deliveredAt = new Date(this.clock.now()).toISOString();
    this.ids += 1;
    const delivery = {
      id: this.ids,
      guid,
      event,
      action,
      deliveredAt,
      redelivery: false,
      statusCode: 0,
      status: "",
      body,
    };
    this.deliveries.push(delivery);
    return delivery;
  }

  private start(delivery: Delivery): void {
    const work = this.post(delivery).finally(() => this.pending.delete(work));
    this.pending.add(work);
  }

  private async post(delivery: Delivery): Promise<void> {
    if (this.url === null) {
      delivery.status = "failed to connect to host";
      return;
    }
    const tooLate = new AbortController();
    const answered = this.clock.after(PATIENCE, () => tooLate.abort(new Error("timed out")));
    const signature = createHmac("sha256", this.secret).update(delivery.body).digest("hex");
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "user-agent": "GitHub-Hookshot/world",
          "x-github-event": delivery.event,
          "x-github-delivery": delivery.guid,
          "x-hub-signature-256": `sha256=${signature}`,
        },
        body: delivery.body,
        signal: tooLate.signal,
      });
      await response.arrayBuffer();
      delivery.statusCode = response.status;
      delivery.status = response.statusText;
    } catch (error) {
      delivery.status = `failed to connect to host: ${String(error)}`;
    } finally {
      answered();
    }
  }
}
