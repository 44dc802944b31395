import type { AuthContext, PublicKeyAuthContext } from "ssh2";
import type { HostState } from "./state.ts";

// MaxAuthTries of OpenSSH.
const mostTries = 6;

/** Lets a login in with an authorised key of the one user; says no like OpenSSH, which names public keys as the only way. */
export function admit(context: AuthContext, state: HostState, tries: number): void {
  if (context.method === "none") return context.reject(["publickey"]);
  if (context.method === "publickey" && tries <= mostTries && isAuthorized(context, state)) return context.accept();
  state.refuse(`login of ${context.username} by ${context.method}`);
  return context.reject(["publickey"]);
}

/** Without a signature the client only asks whether the key would do. */
function isAuthorized(context: PublicKeyAuthContext, { world, authorized }: HostState): boolean {
  if (context.username !== world.user) return false;
  const key = authorized.find((each) => each.getPublicSSH().equals(context.key.data));
  if (!key) return false;
  if (!context.signature) return true;
  return context.blob !== undefined && key.verify(context.blob, context.signature, context.hashAlgo) === true;
}
