import { SeedbedError } from "../../problem/error.ts";
import type { HttpReply } from "./transport.ts";

/** The URL where an upload continues: the response's `Location`, which may be relative or on another host. */
export async function nextLocation(reply: HttpReply, host: string): Promise<URL> {
  const { location } = reply.headers;
  await reply.release();
  if (location !== undefined && URL.canParse(location, reply.url.href)) return new URL(location, reply.url);
  throw new SeedbedError(
    "registry-protocol",
    `The registry ${host} accepted an upload (HTTP ${reply.status}) without a usable Location header.`,
    {
      fix: "Check that the host in the settings is an OCI registry, and that no proxy in between removes Location headers.",
    },
  );
}
