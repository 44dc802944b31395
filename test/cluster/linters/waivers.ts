/** What a linter says and where it says it. */
export interface Finding {
  linter: "checkov" | "kube-score";
  check: string;
  /** Kind and name. */
  object: string;
}

/** A finding that stays, on every object whose kind and name fit, and why. One that no linter has any more is a failure. */
export const WAIVERS: (Omit<Finding, "object"> & { object: RegExp; because: string })[] = [
  {
    linter: "kube-score",
    check: "container-image-pull-policy",
    object: /^StatefulSet oracle$/,
    because:
      "the image is named by its digest, so what a node has is what is meant, and a pull needs the registry at every start",
  },
  {
    linter: "kube-score",
    check: "container-security-context-readonlyrootfilesystem",
    object: /^StatefulSet oracle$/,
    because: "Oracle's images write to their home: logs, traces, the listener's configuration",
  },
  {
    linter: "checkov",
    check: "CKV_K8S_22",
    object: /^StatefulSet oracle$/,
    because: "the same: a file system that can be written",
  },
  {
    linter: "checkov",
    check: "CKV_K8S_20",
    object: /^StatefulSet oracle$/,
    because: "the start script of one base image goes through su to root and back, and su is a set-uid program",
  },
  {
    linter: "checkov",
    check: "CKV_K8S_25",
    object: /^StatefulSet oracle$/,
    because: "the same: the capabilities that su and its PAM stack use, all of them within Pod Security baseline",
  },
];
