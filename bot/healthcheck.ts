import { messageOf } from "../src/problem/error.ts";
import { showUnseen } from "../src/text/unseen.ts";

/** Ends with 0 while the bot beside it answers: what the image's HEALTHCHECK runs. */
async function main(): Promise<void> {
  const { HOST: host = "", PORT: port = "" } = process.env;
  // An address that means all of this machine's is none to ask.
  const everywhere = ["", "0.0.0.0", "::"].includes(host.trim());
  const name = everywhere ? "127.0.0.1" : host.trim();
  const url = `http://${name.includes(":") ? `[${name}]` : name}:${port.trim() || "3000"}/healthz`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(4000) });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
}

main().catch((error: unknown) => {
  // Docker shows this text in the container's state.
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  process.stderr.write(`${showUnseen(`${messageOf(error)}${cause}`)}\n`);
  process.exitCode = 1;
});
