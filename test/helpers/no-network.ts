import nock from 'nock'
import { afterAll, beforeAll } from 'vitest'

// Tests reach this machine and nothing else: a request that leaves it fails at once, naming its host.
beforeAll(() => {
  nock.disableNetConnect()
  nock.enableNetConnect(/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/)
})

afterAll(() => {
  nock.restore()
})
