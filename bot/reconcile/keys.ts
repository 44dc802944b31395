/** Keys of the queue; those of single things are `pull/<number>`, `comments/<number>`, `head/<sha>` and `merge-group/<sha>`. */
export const MAIN = "main";
export const ALL_PULLS = "pulls";
export const PUSHES = "pushes";
/** After a push to main, which may be undone already: main's head says nothing then. */
export const PUSHED = "pushes/now";
export const MERGE_GROUPS = "merge-groups";
