import type { Log } from "../ports/log.ts";
import type { Registry } from "../ports/registry.ts";
import type { BaseImage } from "./base-image.ts";

/** Where a seed image is pushed, and the base that it is built on. */
export interface ImageTarget {
  /** The registry that receives the image. */
  seeds: Registry;
  /** `<repository>/<db>`, without the host. */
  repository: string;
  /** The registry of the base image; may be the same object as `seeds`. */
  bases: Registry;
  base: BaseImage;
  log: Log;
  signal: AbortSignal;
}
