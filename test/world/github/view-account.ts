import { GHOST, type Account } from "./state.ts";

/** Where GitHub always names an account, "your resources and comments will become associated with the ghost user" (docs.github.com, Deleting your personal account). */
export function viewAccount(account: Account) {
  const { login, id, type } = account.deleted === true ? GHOST : account;
  return { login, id, type, site_admin: false };
}

/** Where it may name nobody, a deleted account is `null`: in reviews (NixOS/nixpkgs#417642), commits and the activity. */
export function viewKnown(account: Account | null) {
  return account === null || account.deleted === true ? null : viewAccount(account);
}
