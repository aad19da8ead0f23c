/** What a Kubernetes client asks: one API call. */
export interface KubernetesOperation {
  readonly protocol: 'kubernetes'
  readonly kind: 'request'
  readonly method: Method
  /** Each segment decoded, then encoded in one way only: what is forwarded is this. */
  readonly path: string
  /** Decoded, in the client's order. */
  readonly query: readonly (readonly [name: string, value: string])[]
  /** How the connection is to go on after the answer: `exec`, `attach`, `port-forward`, `proxy`. */
  readonly upgrade?: 'spdy' | 'websocket'
  /** As whom the client wants to appear at the target. */
  readonly impersonate?: Impersonation
  readonly body?: KubernetesBody
  readonly catalog: KubernetesCatalog
}

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
export type Method = (typeof methods)[number]

/** @see Kubernetes, "User impersonation" */
export interface Impersonation {
  readonly user?: string
  readonly groups?: readonly string[]
  readonly uid?: string
  /** Lower-case keys, decoded. */
  readonly extra?: { readonly [key: string]: readonly string[] }
}

/** What was sent. Its bytes are not part of what is decided: `catalog` holds what was read in them. */
export interface KubernetesBody {
  /** The media type without parameters, in lower case. */
  readonly contentType: string
  readonly bytes: number
  /** SHA-256, hexadecimal: an approval binds it. */
  readonly digest: string
  /** The object or patch itself, where it is JSON or YAML and not large; the data of Secrets are not in it. */
  readonly content?: unknown
}

/** What the object was and would be. Holds no resourceVersion, UID or time. */
export interface KubernetesCatalog {
  /** Before the call; `null`: there was none. Empty of a kind without readings. Absent where it was not asked. */
  readonly before?: ObjectReading | null
  /** After it, as sent or as the target's own dry run gave it. */
  readonly after?: ObjectReading
  /** A DELETE whose body asks for a trial and nothing else. */
  readonly dryRun?: true
  /** The body says, or could say, of what the object is a part: it is collected when that is gone. */
  readonly owned?: true
  /** Why `before` and `after` say nothing though the call has a body. Policies that look at them are then not answered. */
  readonly unread?: string
}

/** What policies may ask of an object. */
export interface ObjectReading {
  readonly workload?: WorkloadReading
  /** Of an autoscaler the most that there may be; of a Job how many at once, where that is more than one. */
  readonly replicas?: number
  /** Names of Secrets that it mounts, reads into its environment or pulls images with. Sorted. */
  readonly secrets?: readonly string[]
  readonly grants?: GrantsReading
  readonly service?: ServiceReading
}

/** Of a pod, or of what makes pods: over all its containers, also init and ephemeral ones. Lists are sorted. */
export interface WorkloadReading {
  readonly images: readonly string[]
  /** `docker.io` where an image names none. */
  readonly registries: readonly string[]
  /** Added ones, without `CAP_`; `ALL` for all. */
  readonly capabilities: readonly string[]
  readonly privileged: boolean
  readonly hostNetwork: boolean
  readonly hostPID: boolean
  readonly hostIPC: boolean
  readonly hostPath: boolean
  /** A container takes a port of its node. */
  readonly hostPorts: boolean
  /** A container says to do without seccomp, AppArmor or the masks over `/proc`. One that says nothing is left to its node. */
  readonly unconfined: boolean
  /** `default` where it names none. */
  readonly serviceAccount: string
}

/** Where a Service takes traffic from, and leads it, but for the pods that it selects. */
export interface ServiceReading {
  /** `ClusterIP` where it says none. */
  readonly type: string
  /** Addresses whose traffic it takes in the whole cluster. Sorted. */
  readonly externalIPs: readonly string[]
  /** Another name that it stands for. */
  readonly externalName?: string
}

/** What an object of RBAC gives away: the rules of a role, or whom a binding gives which role. Lists are sorted. */
export interface GrantsReading {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly nonResourceUrls: readonly string[]
  /** `ClusterRole/admin`, of a binding. */
  readonly role?: string
  /** `User/jane`, `Group/system:masters`, `ServiceAccount/shop/default`, of a binding; `ClusterRole/admin` that gathers a role. */
  readonly subjects: readonly string[]
}

/** What `targets.yaml` says of a Kubernetes target. */
export interface KubernetesTargetSettings {
  /** `https://host:port` */
  readonly server: string
  readonly tls?: {
    /** PEM; the system's roots unless given. */
    readonly ca?: string
    /** The name to verify, where it is not the server's. */
    readonly serverName?: string
  }
  readonly roles: { readonly [role: string]: KubernetesLogin }
}

/**
 * As whom a role appears at the target. `credential` is a name in `gateway.yaml`: of a token or certificate of the gateway's
 * own, which may ask for tokens of that service account, or impersonate that user.
 */
export type KubernetesLogin =
  | { readonly serviceAccount: `${string}/${string}`; readonly credential: string }
  | { readonly user: string; readonly groups?: readonly string[]; readonly credential: string }
