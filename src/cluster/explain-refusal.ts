/** Why a cluster, Helm or Fleet's agent refused an object, in stable words. */
export interface Refusal {
  /** Stable and kebab-case. */
  code: string;
  fix: string;
}

interface Known extends Refusal {
  message: RegExp;
}

/**
 * Messages of the API server, of Helm and of Fleet's agent, the most specific first. All were seen with Kubernetes 1.36, Helm 4.2 and
 * Fleet 0.16.1.
 */
const KNOWN: Known[] = [
  {
    code: "quota-refused",
    message: /exceeded quota|must specify .* for:/,
    fix: "Compare the request's size with the namespace's quotas: a project of Rancher adds one of its own. Lower the request, or raise the project's limit.",
  },
  {
    code: "claim-below-capacity",
    message: /field can not be less than (?:status\.capacity|previous value)|cannot patch "oradata"/,
    fix: "The volume was grown by hand and cannot shrink: set database.storage.size to its live size or more, in a pull request.",
  },
  {
    code: "claim-immutable",
    message: /spec is immutable after creation except resources\.requests/,
    fix: "An unbound volume cannot be changed, and a bound one only grows: set the claim's values back in a pull request.",
  },
  {
    code: "immutable-field",
    message: /updates to statefulset spec for fields other than|field is immutable/,
    fix: "Set the field back in a pull request, or delete the object, never the claim, so that it is made anew.",
  },
  {
    code: "unknown-field",
    message: /field not declared in schema|unknown field/,
    fix: "The cluster is older than these manifests, or they were edited by hand: run seedbed render, and compare the cluster's version.",
  },
  {
    code: "kind-missing",
    message: /ensure CRDs are installed first|no matches for kind|could not find the requested resource/,
    fix: "Install the operator that brings this kind, most often the External Secrets Operator, or use secrets.kind: existing in the settings.",
  },
  {
    code: "manifest-unreadable",
    message: /error while running post render|error converting YAML|yaml: /,
    fix: "A manifest is no YAML: run seedbed render, and merge the result.",
  },
  {
    code: "namespace-foreign",
    message: /cannot be imported into the current release|invalid ownership metadata/,
    fix: "Somebody made an object before the bundle did. Give it label app.kubernetes.io/managed-by=Helm and annotations meta.helm.sh/release-name and meta.helm.sh/release-namespace of the bundle; Fleet does not try again by itself before the next commit.",
  },
  {
    // helm/helm v4, pkg/action: errPending of an upgrade, and availableName of an install.
    code: "release-pending",
    message:
      /another operation \(install\/upgrade\/rollback\) is in progress|cannot re-?use a name that is still in use/,
    fix: "An operation of Helm on this release runs, or was stopped in the middle: seedbed status of this database names the record of the unfinished revision, where Secrets of namespace seedbed-system may be listed.",
  },
  {
    code: "field-conflict",
    message: /conflict(?:s)? with "/i,
    fix: "Somebody else set this field. Take their value over in a pull request, or have them give the field up.",
  },
  {
    code: "pod-security",
    message: /violates PodSecurity/,
    fix: "The namespace enforces a stricter level than its manifests ask for: a policy of the platform changed its labels.",
  },
  {
    code: "namespace-terminating",
    message: /because it is being terminated/,
    fix: "The namespace is being deleted. Wait until it is gone; the objects are made again afterwards, with an empty volume.",
  },
];

/** What a message of a refusal means; the general code where nobody knows it. */
export function explainRefusal(message: string): Refusal {
  return (
    KNOWN.find((known) => known.message.test(message)) ?? {
      code: "not-deployed",
      fix: "Mend what the message names, in a pull request.",
    }
  );
}
