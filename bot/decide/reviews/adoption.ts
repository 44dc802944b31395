/** The people behind a request that was adopted from a fork: all of them count as its authors. */
export interface Adoption {
  /** `owner/name@commit` of the fork. */
  fork: string;
  /** Whoever opened the pull request, and whoever wrote or committed anything of it. */
  authors: { id: string; login: string }[];
  adopter: { id: string; login: string };
}

/** The trailers of a commit that adopts a request from a fork. */
export function renderAdoption({ fork, authors, adopter }: Adoption): string {
  return [
    `Adopted-From: ${fork}`,
    ...authors.map(({ login, id }) => `Adopted-Author: ${login} ${id}`),
    `Adopted-By: ${adopter.login} ${adopter.id}`,
    "",
  ].join("\n");
}

/** People whom a commit's trailers name as authors. Anybody may write such trailers: they can only exclude approvers. */
export function readAdopters(message: string): { id: string; login: string }[] {
  return [...message.matchAll(/^Adopted-(?:Author|By): (\S+) (\d+)$/gm)].map(([, login, id]) => ({
    login: login ?? "",
    id: id ?? "",
  }));
}
