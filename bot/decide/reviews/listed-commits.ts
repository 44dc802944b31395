/** GitHub lists at most this many commits of a pull request; the authors of the others are unknown. */
export const LISTED_COMMITS = 250;
