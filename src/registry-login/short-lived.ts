import type { FoundLogin, RegistryLogin } from "./login.ts";

/** How long a login lasts that will not stay, with whose it is; docs/registries.md has the providers' pages. */
export interface ShortLife {
  what: string;
  lasts: string;
}

interface Known extends ShortLife {
  user: RegExp;
  password?: RegExp;
  helper?: RegExp;
}

const KNOWN: Known[] = [
  { what: "Amazon ECR", lasts: "12 hours", user: /^AWS$/, helper: /^docker-credential-ecr-login$/ },
  {
    what: "Azure ACR",
    lasts: "3 hours",
    user: /^00000000-0000-0000-0000-000000000000$/,
    helper: /^docker-credential-acr/,
  },
  // gcloud and docker-credential-gcr name an access token so; a service account's key is _json_key, and stays.
  { what: "Google", lasts: "one hour", user: /^(?:oauth2accesstoken|_dcgcloud_token|_dcgcr_.*_token)$/ },
  // docs.github.com, "About authentication to GitHub", GitHub's token formats: an installation's token.
  { what: "GitHub's job token", lasts: "as long as its job", user: /./, password: /^ghs_/ },
];

/** null for a login that stays until somebody takes it back, as far as it shows. */
export function shortLifeOf(
  login: Extract<RegistryLogin, { username: string }>,
  { origin }: FoundLogin,
): ShortLife | null {
  const program = origin.kind === "helper" ? origin.program : "";
  const found = KNOWN.find(
    ({ user, password, helper }) =>
      helper?.test(program) === true || (user.test(login.username) && (password?.test(login.password) ?? true)),
  );
  return found === undefined ? null : { what: found.what, lasts: found.lasts };
}
