import { expect, test } from 'vitest'
import { globalRegionOf, partitionOf } from '../../src/model/region.ts'

test.each([
  ['eu-west-1', 'aws', 'us-east-1'],
  ['us-gov-east-1', 'aws-us-gov', 'us-gov-west-1'],
  ['cn-northwest-1', 'aws-cn', 'cn-north-1'],
  ['eusc-de-east-1', 'aws-eusc', 'eusc-de-east-1'],
])('%s lies in %s, whose global services are told in %s', (region, partition, global) => {
  expect([partitionOf(region), globalRegionOf(region)]).toEqual([partition, global])
})
