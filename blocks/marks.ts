import type { Severity } from '../src/model/views.ts'

/** Our marks. The shape differs and the word always follows, so that neither colour nor emoji carries meaning alone. */
export const SEVERITY_MARK: Readonly<Record<Severity, string>> = {
  Critical: ':rotating_light:',
  High: ':red_circle:',
  Medium: ':large_orange_diamond:',
  Low: ':white_circle:',
}
export const SAMPLE_MARK = ':test_tube:'
export const ANSWER_MARK = ':speech_balloon:'

/** The name of the warning mark in rich_text. */
export const WARNING = 'warning'
