/** A head of a pull request that reviews may have been given for. */
export interface ReviewedHead {
  sha: string;
  /** When the bot's render check turned green on it, by GitHub's clock; null if it never did. */
  renderedAt: string | null;
}
