import type { ObjectReading } from './operation.ts'
import { type Part, Unreadable } from './part.ts'

/** What a pod asks for, over all its containers and volumes. */
export function readPod(spec: Part, metadata: Part): Required<Pick<ObjectReading, 'workload' | 'secrets'>> {
  const containers = ['containers', 'initContainers', 'ephemeralContainers'].flatMap(key => spec.parts(key))
  const volumes = spec.parts('volumes')
  const images = sorted([
    ...containers.map(container => container.text('image')),
    ...volumes.map(volume => volume.part('image').text('reference')),
  ])
  const contexts = containers.map(container => container.part('securityContext'))
  return {
    workload: {
      images,
      registries: sorted(images.map(registryOf)),
      capabilities: sorted(contexts.flatMap(context => context.part('capabilities').texts('add').map(capability))),
      privileged: contexts.some(context => context.flag('privileged')) || anyHostProcess(spec, contexts),
      hostNetwork: spec.flag('hostNetwork'),
      hostPID: spec.flag('hostPID'),
      hostIPC: spec.flag('hostIPC'),
      hostPath: volumes.some(volume => volume.has('hostPath')),
      hostPorts: containers.some(container =>
        container.parts('ports').some(port => (port.count('hostPort') ?? 0) !== 0),
      ),
      unconfined: [spec.part('securityContext'), ...contexts].some(isUnconfined) || isUnconfinedByNote(metadata),
      // The deprecated name counts where the other says nothing.
      serviceAccount: spec.text('serviceAccountName') || spec.text('serviceAccount') || 'default',
    },
    secrets: sorted([
      ...spec.parts('imagePullSecrets').map(reference => reference.text('name')),
      ...volumes.flatMap(volumeSecrets),
      ...containers.flatMap(environmentSecrets),
    ]),
  }
}

/**
 * Of an image as container runtimes read it: its first segment, if that is a host name; else `docker.io`.
 *
 * @see github.com/distribution/reference, `normalize.go`: splitDockerDomain
 */
export function registryOf(image: string): string {
  const slash = image.indexOf('/')
  const first = image.slice(0, Math.max(slash, 0))
  const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase()
  const host = isHost ? first.toLowerCase() : 'docker.io'
  return host === 'index.docker.io' ? 'docker.io' : host
}

export function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].filter(text => text !== '').sort()
}

function capability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '')
}

/** On Windows, a container that is a process of the host. */
function anyHostProcess(spec: Part, contexts: readonly Part[]): boolean {
  return [spec.part('securityContext'), ...contexts].some(context => context.part('windowsOptions').flag('hostProcess'))
}

function isUnconfined(context: Part): boolean {
  const profiles = ['seccompProfile', 'appArmorProfile'].map(key => context.part(key).text('type'))
  return profiles.includes('Unconfined') || !['', 'Default'].includes(context.text('procMount'))
}

/** As servers before 1.27 take it for seccomp, and all for AppArmor: by annotation. */
function isUnconfinedByNote(metadata: Part): boolean {
  return metadata.map('annotations').some(([key, value]) => value === 'unconfined' && profileNotes.test(key))
}
const profileNotes =
  /^(seccomp\.security\.alpha\.kubernetes\.io\/pod$|container\.(seccomp\.security\.alpha|apparmor\.security\.beta)\.kubernetes\.io\/)/

/** Volumes that name a Secret with all that they hold in a field of this name. */
const namingSecrets: { readonly [volume: string]: string } = { secret: 'secretName', azureFile: 'secretName' }
const referringToSecrets: { readonly [volume: string]: string } = {
  ...{ csi: 'nodePublishSecretRef', cephfs: 'secretRef', cinder: 'secretRef', flexVolume: 'secretRef' },
  ...{ iscsi: 'secretRef', rbd: 'secretRef', scaleIO: 'secretRef', storageos: 'secretRef' },
}

function volumeSecrets(volume: Part): readonly string[] {
  return [
    ...Object.entries(namingSecrets).map(([kind, key]) => volume.part(kind).text(key)),
    ...Object.entries(referringToSecrets).map(([kind, key]) => volume.part(kind).part(key).text('name')),
    ...volume
      .part('projected')
      .parts('sources')
      .map(source => source.part('secret').text('name')),
  ]
}

function environmentSecrets(container: Part): readonly string[] {
  return [
    ...container.parts('env').map(variable => variable.part('valueFrom').part('secretKeyRef').text('name')),
    ...container.parts('envFrom').map(source => source.part('secretRef').text('name')),
  ]
}

/** Refuses what would make the sets of a reading larger than a decision may carry. */
export function bounded(reading: ObjectReading): ObjectReading {
  const sets = [
    ...(reading.workload === undefined ? [] : [reading.workload.images, reading.workload.capabilities]),
    ...(reading.secrets === undefined ? [] : [reading.secrets]),
    ...(reading.service === undefined ? [] : [reading.service.externalIPs]),
    ...(reading.grants === undefined ? [] : Object.values(reading.grants).filter(Array.isArray)),
  ]
  if (sets.some(set => set.length > maxNames)) throw new Unreadable(`it names more than ${maxNames} things of a kind`)
  return reading
}
const maxNames = 1_000
