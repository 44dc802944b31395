import { messageOf, SeedbedError } from "../../problem/error.ts";
import type { HttpReply } from "./transport.ts";
import type { Attempted, RegistryFacts } from "./attempt.ts";
import { loginFix, rightsFix } from "./login-fix.ts";

// Longer waits that a registry asks for are not made, because the run would seem to hang.
const LONGEST_RETRY_AFTER_MILLISECONDS = 120_000;

/** The registry responded with an error. */
export class RegistryRefusal extends SeedbedError {
  readonly status: number;
  readonly retryAfterMilliseconds: number;
  /** Whether the same request may succeed the next time. */
  passing: boolean;

  constructor(code: string, message: string, options: { fix: string; status: number; retryAfterMilliseconds: number }) {
    super(code, message, options);
    this.status = options.status;
    this.retryAfterMilliseconds = options.retryAfterMilliseconds;
    const overloaded = options.status === 429 || options.status === 408 || options.status >= 500;
    this.passing = overloaded && options.retryAfterMilliseconds <= LONGEST_RETRY_AFTER_MILLISECONDS;
  }
}

/** Reads an error response to its end and explains its meaning and fix. */
export async function explainRefusal(
  reply: HttpReply,
  attempted: Attempted,
  registry: RegistryFacts,
): Promise<RegistryRefusal> {
  const said = quoteAnswer(reply, registry.redact(await readAnswer(reply)));
  const target = attempted.repository === null ? "" : ` ${attempted.repository}`;
  const message = `The registry ${registry.host} refused to ${attempted.doing}${target}: ${said}`;
  const { code, fix } = judgeStatus(reply.status, attempted, registry);
  const retryAfterMilliseconds = parseRetryAfter(reply.headers["retry-after"]);
  return new RegistryRefusal(code, message, { fix, status: reply.status, retryAfterMilliseconds });
}

function judgeStatus(status: number, attempted: Attempted, registry: RegistryFacts) {
  if (status === 401 && !attempted.loginAccepted)
    return { code: "registry-login-refused", fix: loginFix(attempted, registry) };
  if (status === 401 || status === 403) return { code: "registry-access-denied", fix: rightsFix(attempted, registry) };
  if (status === 404)
    return {
      code: "registry-not-found",
      fix: "Check the registry's host and the repository's name in the settings; some registries require the repository to be created first.",
    };
  if (status === 429)
    return {
      code: "registry-rate-limited",
      fix: "Wait, or use a login with a higher limit, then try again.",
    };
  return {
    code: "registry-error",
    fix: "Try again. If it keeps failing, check the registry's log.",
  };
}

const QUOTED_CHARACTERS = 600;

async function readAnswer(reply: HttpReply): Promise<string> {
  try {
    return await reply.text(16_384);
  } catch (error) {
    return `(the text was truncated: ${messageOf(error)})`;
  }
}

/** `HTTP 403 Forbidden: DENIED: requested access to the resource is denied` */
function quoteAnswer(reply: HttpReply, body: string): string {
  const status = `HTTP ${reply.status} ${reply.statusText}`.trim();
  const text = (readErrorBody(body) ?? body).replaceAll(/\s+/g, " ").trim();
  return text === "" ? status : `${status}: ${text.slice(0, QUOTED_CHARACTERS)}`;
}

/** The distribution specification's `{"errors":[{"code","message","detail"}]}` in one line, null for anything else. */
function readErrorBody(body: string): string | null {
  try {
    const { errors } = JSON.parse(body) as { errors?: unknown };
    return Array.isArray(errors) ? errors.map(quoteError).join("; ") : null;
  } catch {
    // Not JSON: proxies answer in HTML, which is quoted unchanged.
    return null;
  }
}

function quoteError(error: { code?: unknown; message?: unknown; detail?: unknown }): string {
  const detail = error.detail ? ` (${JSON.stringify(error.detail)})` : "";
  return `${String(error.code ?? "")}: ${String(error.message ?? "")}${detail}`;
}

function parseRetryAfter(value: string | undefined): number {
  if (value === undefined) return 0;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : 0;
}
