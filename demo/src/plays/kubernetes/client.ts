/** What the one container is called, of a pod and of a deployment. */
export const container = 'main'

/** What an agent asks of the cluster, whichever client it has. */
export type Ask =
  | {
      readonly do: 'get'
      readonly namespace: string
      readonly resource: 'pods' | 'secrets'
      /** As whom it wants to appear. */
      readonly as?: string
      readonly watch?: boolean
    }
  | { readonly do: 'logs'; readonly namespace: string; readonly pod: string }
  | { readonly do: 'scale'; readonly namespace: string; readonly deployment: string; readonly replicas: number }
  | { readonly do: 'image'; readonly namespace: string; readonly deployment: string; readonly image: string }
  | {
      readonly do: 'exec'
      readonly namespace: string
      readonly pod: string
      readonly command: readonly string[]
      readonly stdin?: boolean
    }
export type AskOf<D extends Ask['do']> = Extract<Ask, { readonly do: D }>

/** What the client showed, and whether it got what it asked for. */
export interface Answer {
  readonly ok: boolean
  /** As it came, or the message of its error. */
  readonly text: string
}

/** What goes on until one side ends it. */
export interface Following {
  /** Waits until the client has shown this. */
  until(shown: string): Promise<void>
  type(text: string): void
  readonly ended: Promise<Answer>
}

/** An ordinary client in one role, unchanged. */
export interface KubeClient {
  /** As a person would type it. */
  typed(ask: Ask): string
  ask(ask: Ask): Promise<Answer>
  follow(ask: Ask): Promise<Following>
}

/** Makes clients, all of one kind. */
export interface Clients {
  /** What they are, in a sentence. */
  readonly about: string
  /** How a person starts it, to go on by hand. */
  readonly program: string
  /** @param kubeconfig a file, by `cedargate kubeconfig` */
  create(kubeconfig: string): Promise<KubeClient>
  /** Ends what still follows. */
  close(): Promise<void>
}
