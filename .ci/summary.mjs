// Reads vitest's report, refuses skipped browser and moto legs, and prints the last line that the gate wants.
import { readFileSync } from 'node:fs'

const [file, status] = process.argv.slice(2)
let report
try {
  report = JSON.parse(readFileSync(file, 'utf8'))
} catch (error) {
  console.log(`No test report: ${error.message}`)
  console.log('0 passed, 1 failed')
  process.exit(1)
}
const results = report.testResults.flatMap((suite) =>
  suite.assertionResults.map((result) => ({ ...result, file: suite.name })),
)
const skipped = results.filter(
  (result) =>
    (result.status === 'skipped' || result.status === 'pending') && /browser|moto/i.test(result.file),
)
for (const result of skipped) console.log(`Skipped, and may not be here: ${result.fullName} (${result.file})`)
const passed = results.filter((result) => result.status === 'passed').length
const broken = report.testResults.filter(
  (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
).length
const failed = results.filter((result) => result.status === 'failed').length + broken + skipped.length
const bad = failed > 0 || status !== '0'
console.log(`${passed} passed, ${bad && failed === 0 ? 1 : failed} failed`)
process.exit(bad ? 1 : 0)
