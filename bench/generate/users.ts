import type { Draw } from './draw.ts'

/** The account and region that every ARN of the generated cluster names. */
export const ACCOUNT = '111122223333'
export const REGION = 'eu-west-1'

/** Who calls, as JSON of the audit event's `user`, at a moment (seconds since 1970). */
export type User = (second: number) => string

interface Assumed {
  readonly username: string
  readonly groups: readonly string[]
  readonly role: string
  readonly roleId: string
  readonly session: string
}

/** Somebody who signs in with a role's session: the access key is another one after so many seconds. */
export function rotating(draw: Draw, seconds: number, who: Assumed): User {
  return renewed(seconds, () => assumed(draw, who))
}

/** A user with an IAM identity, as the authenticator of EKS writes it. */
function assumed(draw: Draw, { username, groups, role, roleId, session }: Assumed): string {
  const extra = {
    accessKeyId: [`ASIA${draw.capitals(9)}EXAMPLE`],
    arn: [`arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`],
    canonicalArn: [`arn:aws:iam::${ACCOUNT}:role/${role}`],
    principalId: [roleId],
    sessionName: [session],
    'sigs.k8s.io/aws-iam-authenticator/principalId': [roleId],
  }
  return JSON.stringify({ username, uid: `aws-iam-authenticator:${ACCOUNT}:${roleId}`, groups, extra })
}

interface Bound {
  readonly pod: string
  readonly podUid: string
  readonly node: string
  readonly nodeUid: string
}

/** A service account; its token is another one every fifty minutes, and says in which pod it is used. */
export function account(draw: Draw, namespace: string, name: string, uid: string, bound: Bound | null): User {
  return renewed(3_000, () =>
    JSON.stringify({
      username: `system:serviceaccount:${namespace}:${name}`,
      uid,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      extra: {
        'authentication.kubernetes.io/credential-id': [`JTI=${draw.uuid()}`],
        ...(bound !== null && {
          'authentication.kubernetes.io/node-name': [bound.node],
          'authentication.kubernetes.io/node-uid': [bound.nodeUid],
          'authentication.kubernetes.io/pod-name': [bound.pod],
          'authentication.kubernetes.io/pod-uid': [bound.podUid],
        }),
      },
    }),
  )
}

/** A component of the control plane: a name and groups, and nothing that changes. */
export function component(username: string, groups: readonly string[]): User {
  const json = JSON.stringify({ username, groups })
  return () => json
}

function renewed(seconds: number, make: () => string): User {
  let json = ''
  let until = Number.NEGATIVE_INFINITY
  return (second) => {
    if (second >= until) {
      json = make()
      until = second + seconds
    }
    return json
  }
}
