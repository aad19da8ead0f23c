// Generated from the folders beside it by `npm run new:rule`; not edited by hand.
import type { Rule } from '../linting/rule.ts'
import { alwaysTrueCondition } from './always-true-condition/rule.ts'
import { approversIffApproval } from './approvers-iff-approval/rule.ts'
import { contradictoryCondition } from './contradictory-condition/rule.ts'
import { deepNesting } from './deep-nesting/rule.ts'
import { duplicateBody } from './duplicate-body/rule.ts'
import { forbidCanError } from './forbid-can-error/rule.ts'
import { forbidLeavesAWay } from './forbid-leaves-a-way/rule.ts'
import { forbidWithoutSubresources } from './forbid-without-subresources/rule.ts'
import { hardCodedPrincipal } from './hard-coded-principal/rule.ts'
import { likeLeadingWildcard } from './like-leading-wildcard/rule.ts'
import { longOrChain } from './long-or-chain/rule.ts'
import { missingOwner } from './missing-owner/rule.ts'
import { missingReason } from './missing-reason/rule.ts'
import { mixedScriptOrBidi } from './mixed-script-or-bidi/rule.ts'
import { overriddenPermit } from './overridden-permit/rule.ts'
import { permitMountsSecrets } from './permit-mounts-secrets/rule.ts'
import { permitOnlyUnless } from './permit-only-unless/rule.ts'
import { permitReachesKubeSystem } from './permit-reaches-kube-system/rule.ts'
import { permitReachesRights } from './permit-reaches-rights/rule.ts'
import { permitReachesSecrets } from './permit-reaches-secrets/rule.ts'
import { permitWithoutGroup } from './permit-without-group/rule.ts'
import { permitWithoutScope } from './permit-without-scope/rule.ts'
import { resourceIdShape } from './resource-id-shape/rule.ts'
import { roleNeverGranted } from './role-never-granted/rule.ts'
import { sensitiveActionWithoutApproval } from './sensitive-action-without-approval/rule.ts'
import { shadowedPermit } from './shadowed-permit/rule.ts'
import { starInEquality } from './star-in-equality/rule.ts'
import { targetPlaintext } from './target-plaintext/rule.ts'
import { temporaryGrantWithoutDate } from './temporary-grant-without-date/rule.ts'
import { unformatted } from './unformatted/rule.ts'
import { unknownClassification } from './unknown-classification/rule.ts'
import { unknownTarget } from './unknown-target/rule.ts'
import { unsafeInteger } from './unsafe-integer/rule.ts'
import { untestedPolicy } from './untested-policy/rule.ts'
import { wildcardAction } from './wildcard-action/rule.ts'
import { wildcardPrincipal } from './wildcard-principal/rule.ts'
import { wildcardResource } from './wildcard-resource/rule.ts'

/** Every rule, by name. */
export const rules: readonly Rule[] = [
  alwaysTrueCondition,
  approversIffApproval,
  contradictoryCondition,
  deepNesting,
  duplicateBody,
  forbidCanError,
  forbidLeavesAWay,
  forbidWithoutSubresources,
  hardCodedPrincipal,
  likeLeadingWildcard,
  longOrChain,
  missingOwner,
  missingReason,
  mixedScriptOrBidi,
  overriddenPermit,
  permitMountsSecrets,
  permitOnlyUnless,
  permitReachesKubeSystem,
  permitReachesRights,
  permitReachesSecrets,
  permitWithoutGroup,
  permitWithoutScope,
  resourceIdShape,
  roleNeverGranted,
  sensitiveActionWithoutApproval,
  shadowedPermit,
  starInEquality,
  targetPlaintext,
  temporaryGrantWithoutDate,
  unformatted,
  unknownClassification,
  unknownTarget,
  unsafeInteger,
  untestedPolicy,
  wildcardAction,
  wildcardPrincipal,
  wildcardResource,
]
