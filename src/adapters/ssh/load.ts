import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import type ssh2 from "ssh2";
import { SeedbedError } from "../../problem/error.ts";
import { editSsh2File } from "./ssh2-edits.ts";

let loading: Promise<typeof ssh2> | undefined;

/** Loads ssh2 with Seedbed's edits, whether run from source or from the bundle. The only way to load it. */
export function loadSsh2(): Promise<typeof ssh2> {
  return (loading ??= loadEdited());
}

async function loadEdited(): Promise<typeof ssh2> {
  // The bundle already contains the edited files, so the hook is never called there.
  const hooks = registerHooks({
    load(url, context, nextLoad) {
      const edited = url.startsWith("file:") ? editSsh2File(fileURLToPath(url)) : null;
      if (edited === null) return nextLoad(url, context);
      return { format: "commonjs", source: edited, shortCircuit: true };
    },
  });
  try {
    const library = await import("ssh2");
    const [crypto, kex] = await Promise.all([
      import("ssh2/lib/protocol/crypto.js"),
      import("ssh2/lib/protocol/kex.js"),
    ]);
    if (crypto.default.seedbedEdits && kex.default.seedbedEdits) return library.default;
  } finally {
    hooks.deregister();
  }
  throw new SeedbedError("ssh-library-unedited", "ssh2 was loaded before Seedbed's edits could be applied.", {
    fix: "Load ssh2 through loadSsh2() only; a bundle must be built with ssh2Plugin.",
  });
}
