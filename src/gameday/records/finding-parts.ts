import { groupOf, uriOf } from './api-objects.ts'
import type { Call, Caller } from './call.ts'

/** Where an address belongs, as GuardDuty looks it up. */
export interface Whereabouts {
  readonly ip: string
  readonly country: string
  readonly city: string
  /** A number for documentation (64496 to 64511). */
  readonly asn: string
  readonly organization: string
}

/** `remoteIpDetails` of an address; nobody knows where a documentation address stands on the globe. */
export function remoteIpDetails(where: Whereabouts): object {
  const { organization: org } = where
  return {
    ipAddressV4: where.ip,
    organization: { asn: where.asn, asnOrg: org, isp: org, org },
    country: { countryName: where.country },
    city: { cityName: where.city },
    geoLocation: { lat: 0, lon: 0 },
  }
}

/** The action of a finding about a request to the API server. */
export function kubernetesAction(call: Call, where: Whereabouts): object {
  const { target, verb, caller, code } = call
  const object = 'resource' in target ? target : null
  return {
    actionType: 'KUBERNETES_API_CALL',
    kubernetesApiCallAction: {
      requestUri: uriOf(target, verb),
      verb,
      sourceIPs: [caller.ip],
      userAgent: caller.agent,
      remoteIpDetails: remoteIpDetails(where),
      statusCode: code,
      ...(object !== null && {
        resource: object.resource,
        subresource: object.subresource ?? null,
        namespace: object.namespace ?? null,
        resourceName: object.name ?? null,
        parameters: groupOf(object.resource) === '' ? null : groupOf(object.resource),
      }),
    },
  }
}

/** The action of a finding about a connection to the outside. */
export function networkAction(
  where: Whereabouts,
  ports: { readonly local: number; readonly remote: number },
  localIp: string,
): object {
  return {
    actionType: 'NETWORK_CONNECTION',
    networkConnectionAction: {
      connectionDirection: 'OUTBOUND',
      localIpDetails: { ipAddressV4: localIp },
      localPortDetails: { port: ports.local, portName: 'Unknown' },
      remoteIpDetails: remoteIpDetails(where),
      remotePortDetails: { port: ports.remote, portName: 'Unknown' },
      protocol: 'TCP',
      blocked: false,
    },
  }
}

/** `kubernetesUserDetails` of a caller. */
export function userDetails({ username, uid, groups, extra }: Caller): object {
  return {
    username,
    uid: uid ?? '',
    groups,
    sessionName: extra?.['sessionName'] ?? [],
    impersonatedUser: null,
  }
}
