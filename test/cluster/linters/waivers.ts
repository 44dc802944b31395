/** What a linter says and where it says it. */
export interface Finding {
  linter: "checkov" | "kube-score";
  check: string;
  /** Kind and name. */
  object: string;
}

const BOT = /^Deployment bot-seedbed$/;
const USER = "the user of Node's image: nothing is written that it would own";
const PROCESSOR =
  "a limit of processor time only slows the answer to a webhook; the request is what the node plans with";

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
  { linter: "kube-score", check: "container-security-context-user-group-id", object: BOT, because: USER },
  { linter: "checkov", check: "CKV_K8S_40", object: BOT, because: USER },
  { linter: "kube-score", check: "container-resources", object: BOT, because: PROCESSOR },
  { linter: "checkov", check: "CKV_K8S_11", object: BOT, because: PROCESSOR },
  {
    linter: "kube-score",
    check: "container-image-pull-policy",
    object: BOT,
    because: "the image is meant to be named by its digest; image.pullPolicy is there for a tag",
  },
  {
    linter: "kube-score",
    check: "pod-probes-identical",
    object: BOT,
    because:
      "the bot answers this one address while it works; liveness asks less often and believes only four failures",
  },
  {
    linter: "kube-score",
    check: "deployment-has-host-podantiaffinity",
    object: BOT,
    because: "its replicas are spread by topologySpreadConstraints, which kube-score does not read",
  },
];
