import { vi } from "vitest";

const HOUR = 3_600_000;

/** Moves the machine's clock on by an hour: the library that asks for tokens goes by it, and takes a new one. `vi.useRealTimers()` ends it. */
export function renewToken(): void {
  const now = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now: now + HOUR });
}
