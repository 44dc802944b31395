/** Who stands behind a request that a writer took over from a fork: both count as its authors. */
export interface Adoption {
  /** `owner/name@commit` of the fork. */
  fork: string;
  author: { id: string; login: string };
  adopter: { id: string; login: string };
}

/** The last paragraph of a commit that takes a request over from a fork. */
export function renderAdoption({ fork, author, adopter }: Adoption): string {
  return [
    `Adopted-From: ${fork}`,
    `Adopted-Author: ${author.login} ${author.id}`,
    `Adopted-By: ${adopter.login} ${adopter.id}`,
    "",
  ].join("\n");
}

/** People that a commit's trailers name as its authors. Anybody may write them: they only take voices away. */
export function readAdopters(message: string): { id: string; login: string }[] {
  return [...message.matchAll(/^Adopted-(?:Author|By): (\S+) (\d+)$/gm)].map(([, login, id]) => ({
    login: login ?? "",
    id: id ?? "",
  }));
}
