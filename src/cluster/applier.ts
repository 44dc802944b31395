/** The field manager of everything that this program applies (kubernetes.io, "Server-Side Apply", Managers). */
export const APPLIER = "seedbed";
