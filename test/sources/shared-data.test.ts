import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseFile } from '../../src/ingest/records.ts'

const data = new URL('../../../shared/data/', import.meta.url).pathname

async function counts(file: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for await (const records of parseFile(data + file)) {
    for (const { parsed } of records) {
      const key = 'class' in parsed ? `${parsed.kind} ${parsed.class}` : parsed.kind
      found[key] = (found[key] ?? 0) + 1
    }
  }
  return found
}

describe.skipIf(!existsSync(data))('records collected from public sources', () => {
  test.each([
    ['k8s-audit/apiserver-1.32-incident.ndjson.gz', { request: 2787, 'ignored request-received': 20 }],
    ['k8s-audit/audit2rbac-demo.ndjson', { request: 37 }],
    ['k8s-audit/falco-k8s-audit.ndjson', { request: 29 }],
    ['k8s-audit/panther-eks-audit-tests.ndjson', { request: 12, 'rejected no-time': 102 }],
    ['k8s-audit/panther-foreign-cloud-shapes.ndjson', { 'rejected unrecognised': 1 }],
    ['k8s-audit/perfspec-audit-projection.part1.csv.gz', { 'rejected unrecognised': 1 }],
    ['k8s-audit/MANIFEST.md', { 'rejected unrecognised': 1 }],
    ['k8s-audit/envelopes/cloudwatch-awslogs-lambda-envelope.json', { 'rejected unrecognised': 1 }],
    ['guardduty/getfindings-privilegedcontainer.json', { finding: 1 }],
    ['guardduty/stix-shifter-findings.ndjson', { finding: 4 }],
    ['guardduty/securityhub-asff-guardduty.json', { finding: 1 }],
  ])('%s', async (file, expected) => {
    expect(await counts(file)).toEqual(expected)
  })
})
