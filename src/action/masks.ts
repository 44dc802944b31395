import type { StepOutput } from "../ports/step-output.ts";
import { showInJob } from "../text/workflow-commands.ts";

/** Masking shorter strings would turn half of the log into ***. */
const SHORTEST_LINE = 8;

/** Every form in which a secret may appear in a log: whole, line by line, escaped, in base64. Longest first. */
export function maskForms(secret: string): string[] {
  const trimmed = secret.trim();
  const lines = trimmed.split(/\r?\n/).map((line) => line.trim());
  const long = lines.length === 1 ? lines : lines.filter((line) => line.length >= SHORTEST_LINE && !isFrame(line));
  const forms = [secret, trimmed, ...long].flatMap((text) => [
    text,
    // As the log shows it, in JSON, and in a URL.
    showInJob(text),
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    ...base64Forms(text),
  ]);
  const unique = [...new Set(forms)].filter((text) => text.trim() !== "");
  return unique.toSorted((a, b) => b.length - a.length);
}

/** With and without padding, and at each offset, because base64 depends on the position. */
function base64Forms(text: string): string[] {
  if (text.length < SHORTEST_LINE) return [];
  const bytes = Buffer.from(text);
  const shifted = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    // Only the characters that depend on nothing but the secret.
    const start = Math.ceil((shift * 8) / 6);
    const end = Math.floor(((shift + bytes.length) * 8) / 6);
    return encoded.slice(start, end);
  });
  return [bytes.toString("base64"), bytes.toString("base64url"), ...shifted];
}

/** `-----BEGIN OPENSSH PRIVATE KEY-----` is not secret. */
function isFrame(line: string): boolean {
  return /^-----(BEGIN|END) [A-Z0-9 ]+-----$/.test(line);
}

/**
 * Wraps an output so that no text that leaves the step contains a secret: the runner's masks only work in logs. What is
 * masked from now on is hidden too.
 */
export function hideSecrets(output: StepOutput, forms: readonly string[]): StepOutput {
  // A secret of two characters occurs in many words, and replacing it would damage the result. The longest comes first, also
  // among several secrets: one may begin another, whose rest would be shown.
  const sort = (all: readonly string[]) =>
    all.filter((form) => form.length >= SHORTEST_LINE).toSorted((a, b) => b.length - a.length);
  let telling = sort(forms);
  const hide = (text: string) => telling.reduce((clean, form) => clean.replaceAll(form, "***"), text);
  return {
    mask: (secret) => {
      telling = sort([...telling, secret]);
      output.mask(secret);
    },
    set: (name, value) => output.set(name, hide(value)),
    save: (name, value) => output.save(name, hide(value)),
    summarize: (markdown) => output.summarize(hide(markdown)),
    fail: (text, title) => output.fail(hide(text), hide(title)),
    keepResult: (text) => output.keepResult(hide(text)),
  };
}
