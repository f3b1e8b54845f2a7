/** The partition of AWS that a region lies in; null is taken for the first one. */
export function partitionOf(region: string | null): string {
  return partOf(region)[0]
}

/** The region in whose log calls of global services stand (IAM, STS by its old address). */
export function globalRegionOf(region: string): string {
  return partOf(region)[1]
}

type Part = readonly [partition: string, globalRegion: string]

const PARTS: readonly (readonly [start: string, ...Part])[] = [
  ['cn-', 'aws-cn', 'cn-north-1'],
  ['us-gov-', 'aws-us-gov', 'us-gov-west-1'],
  ['eusc-', 'aws-eusc', 'eusc-de-east-1'],
]

function partOf(region: string | null): Part {
  const [, ...part] =
    PARTS.find(([start]) => region?.startsWith(start)) ?? (['', 'aws', 'us-east-1'] as const)
  return part
}
