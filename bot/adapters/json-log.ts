import { pino, type DestinationStream, type Logger } from "pino";
import { SeedbedError } from "../../src/problem/error.ts";
import { escapeJson } from "../../src/text/json.ts";

export interface LogOptions {
  level: string;
  /** Values that must never be printed, in whatever message they occur. */
  secrets: readonly string[];
  /** Default: standard output. */
  destination?: DestinationStream;
}

/** The bot's log: one JSON object per line, ISO times, short errors, secrets masked in every line. */
export function createJsonLog({ level, secrets, destination }: LogOptions): Logger {
  const hidden = secrets.flatMap(spellings).filter((text) => text.length >= 8);
  const out = destination ?? pino.destination({ fd: 1, sync: true });
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describe, error: describe },
      // A terminal that shows the log obeys C1 controls and bidirectional marks, which JSON itself lets through.
      hooks: {
        streamWrite: (line) => escapeJson(hidden.reduce((text, secret) => text.replaceAll(secret, "***"), line)),
      },
    },
    out,
  );
}

/** A secret as it is, as JSON escapes it, and each of its longer lines: a key is often printed without line breaks. */
function spellings(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= 32);
  return [secret, JSON.stringify(secret).slice(1, -1), ...lines];
}

/** An Octokit error contains its whole request; only the status and the message are logged. */
function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  const status = (error as { status?: unknown }).status;
  return {
    name,
    message,
    ...(error instanceof SeedbedError ? { code: error.code, fix: error.fix } : {}),
    ...(typeof status === "number" ? { status } : {}),
    stack: stack?.split("\n").slice(1, 6).join("\n"),
  };
}
