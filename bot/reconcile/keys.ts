/** Keys of the queue; those of single things are `pull/<number>`, `comments/<number>`, `head/<sha>` and `merge-group/<sha>`. */
export const MAIN = "main";
export const ALL_PULLS = "pulls";
export const PUSHES = "pushes";
export const MERGE_GROUPS = "merge-groups";
