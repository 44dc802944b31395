/**
 * When each pull request was updated last. What GitHub announces of it is an update, with two exceptions. A deleted comment is
 * none: nothing else moves with it (neomjs/neo#10092). A dismissed review and a finished check are none here, because nothing says
 * that they are; neither is a push to the base.
 */
export class Updates {
  private readonly times = new Map<number, string>();

  /** Notes what a webhook is sent for. */
  note(event: string, payload: object, now: string): void {
    const number = updatedBy(event, payload as Payload);
    if (number !== null) this.times.set(number, now);
  }

  of({ number, createdAt }: { number: number; createdAt: string }): string {
    return this.times.get(number) ?? createdAt;
  }
}

interface Payload {
  action?: string;
  number?: number;
  pull_request?: { number?: number };
  issue?: { number?: number };
}

function updatedBy(event: string, payload: Payload): number | null {
  if (event === "pull_request") return payload.number ?? null;
  if (event === "pull_request_review" && payload.action === "submitted") return payload.pull_request?.number ?? null;
  if (event === "issue_comment" && payload.action !== "deleted") return payload.issue?.number ?? null;
  return null;
}
