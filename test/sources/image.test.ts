import { expect, test } from 'vitest'
import { parseImage, pulledDigest } from '../../src/sources/image.ts'

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`
const HUB = 'docker.io'

test.each([
  ['nginx', HUB, 'library/nginx', 'latest', null],
  ['nginx:1.27', HUB, 'library/nginx', '1.27', null],
  ['bitnami/redis', HUB, 'bitnami/redis', 'latest', null],
  ['docker.io/nginx', HUB, 'library/nginx', 'latest', null],
  ['index.docker.io/library/nginx:1', HUB, 'library/nginx', '1', null],
  ['localhost/tool', 'localhost', 'tool', 'latest', null],
  ['registry:5000/team/app:v2', 'registry:5000', 'team/app', 'v2', null],
  ['registry:5000/app', 'registry:5000', 'app', 'latest', null],
  ['10.0.0.7:5000/a/b/c', '10.0.0.7:5000', 'a/b/c', 'latest', null],
  ['Registry.Example.com/app', 'registry.example.com', 'app', 'latest', null],
  [
    '602401143452.dkr.ecr.eu-west-1.amazonaws.com/eks/coredns:v1.11.3-eksbuild.1',
    '602401143452.dkr.ecr.eu-west-1.amazonaws.com',
    'eks/coredns',
    'v1.11.3-eksbuild.1',
    null,
  ],
  [`nginx@${DIGEST}`, HUB, 'library/nginx', null, DIGEST],
  [`registry:5000/app:v1@${DIGEST}`, 'registry:5000', 'app', 'v1', DIGEST],
])('%s is taken apart', (reference, registry, repository, tag, digest) => {
  expect(parseImage(reference)).toEqual({ registry, repository, tag, digest })
})

test.each([
  '',
  ' nginx',
  'nginx:',
  'nginx: latest',
  'nginx@latest',
  'nginx@sha256:short',
  `nginx@${DIGEST}@${DIGEST}`,
  DIGEST,
  'Nginx',
  '/nginx',
  'a//b',
  'registry.example/',
  'http://shop.example/app',
  'registry.example:99999999/app',
  'ng\0inx',
  '<!channel>',
  `a/${'b'.repeat(800)}`,
])('%j is no reference of an image', (reference) => {
  expect(parseImage(reference)).toBeNull()
})

test('a digest is what a registry knows, whatever the runtime writes around it', () => {
  expect(pulledDigest(`docker.io/library/alpine@${DIGEST}`)).toBe(DIGEST)
  expect(pulledDigest(`docker-pullable://alpine@${DIGEST}`)).toBe(DIGEST)
  expect(pulledDigest(DIGEST)).toBeNull()
  expect(pulledDigest(`docker://${DIGEST}`)).toBeNull()
  expect(pulledDigest('alpine@sha256:<b>')).toBeNull()
  expect(pulledDigest('')).toBeNull()
})
