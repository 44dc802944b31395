import { setTimeout as sleep } from "node:timers/promises";
import { Reply } from "./reply.ts";

export interface StatusFault {
  status: number;
  times: number;
  method?: string;
  /** Part of the path. */
  path?: string;
  retryAfter?: string;
  /** Repeats this text in the error body, as some registries repeat what they were sent. */
  body?: string;
}

interface MethodFault {
  method: string;
  times: number;
}

function take(fault: MethodFault | null, method: string): boolean {
  if (fault === null || fault.times === 0 || fault.method !== method) return false;
  fault.times -= 1;
  return true;
}

/** What goes wrong on purpose. */
export class Faults {
  /** Breaks the connection of the next PATCHes after so many bytes. */
  cuts: { afterBytes: number; times: number } | null = null;
  /** Breaks the connection of the next blob downloads after so many bytes. */
  downloadCuts: { afterBytes: number; times: number } | null = null;
  /** Closes the connection of the next requests with this method instead of an answer. */
  hangUps: MethodFault | null = null;
  /** Breaks the connection in the body of the next answers to this method; what was asked for has been done. */
  cutAnswers: MethodFault | null = null;
  /** Refuses a PATCH with more bytes: 413 as proxies do, 416 as ghcr.io does. */
  largestPatch: { bytes: number; status: 413 | 416 } | null = null;
  /** Reads this much of each upload and then no more, without an answer. */
  pauseAfter = Number.POSITIVE_INFINITY;
  /** Added before every answer. */
  slowMilliseconds = 0;
  readonly #statuses: StatusFault[] = [];

  /** Answers the next matching requests with a status, before any login is looked at. */
  addStatus(fault: StatusFault): void {
    this.#statuses.push({ ...fault });
  }

  statusFor(method: string, path: string): Reply | null {
    const fault = this.#statuses.find(
      (one) => one.times > 0 && (one.method ?? method) === method && path.includes(one.path ?? ""),
    );
    if (fault === undefined) return null;
    fault.times -= 1;
    const headers = fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter };
    return Reply.error(fault.status, "UNAVAILABLE", fault.body ?? "service is out of order for a moment").with(headers);
  }

  /** Whether this request's connection is closed without an answer. */
  hangsUp(method: string): boolean {
    return take(this.hangUps, method);
  }

  cutsAnswer(method: string): boolean {
    return take(this.cutAnswers, method);
  }

  async delay(): Promise<void> {
    if (this.slowMilliseconds > 0) await sleep(this.slowMilliseconds);
  }

  /** Whether an upload that has brought so many bytes breaks now. */
  cutsAt(received: number): boolean {
    if (this.cuts === null || this.cuts.times === 0 || received <= this.cuts.afterBytes) return false;
    this.cuts.times -= 1;
    return true;
  }

  /** The number of bytes after which this download breaks, null for one that lives. */
  takeDownloadCut(): number | null {
    if (this.downloadCuts === null || this.downloadCuts.times === 0) return null;
    this.downloadCuts.times -= 1;
    return this.downloadCuts.afterBytes;
  }
}
