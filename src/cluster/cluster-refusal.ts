import { SeedbedError } from "../problem/error.ts";

/** A cluster's answer that it will not do something, with its own words (kubernetes.io, "API Conventions", Response Status Kind). */
export class ClusterRefusal extends SeedbedError {
  readonly status: number;
  /** `Forbidden`, `Invalid`, `NotFound`; empty where it gave none. */
  readonly reason: string;
  /** The message of its Status object. */
  readonly said: string;

  constructor(code: string, message: string, options: RefusalOptions) {
    super(code, message, { fix: options.fix });
    this.status = options.status;
    this.reason = options.reason;
    this.said = options.said;
  }
}

export interface RefusalOptions {
  status: number;
  reason: string;
  said: string;
  fix: string;
}
