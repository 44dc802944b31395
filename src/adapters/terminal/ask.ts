import { createInterface } from "node:readline/promises";

interface Terminal {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
  signal: AbortSignal;
}

/** Asks a person at the terminal; null where nobody can answer. */
export async function askTerminal(question: string, { input, output, signal }: Terminal): Promise<string | null> {
  if (!input.isTTY) return null;
  const lines = createInterface({ input, output });
  try {
    return (await lines.question(question, { signal })).trim();
  } finally {
    lines.close();
  }
}
