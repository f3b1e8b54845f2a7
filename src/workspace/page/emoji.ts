/** The emoji that the product uses; any other short name stays text. */
const EMOJI: { readonly [name: string]: string } = {
  rotating_light: '🚨',
  red_circle: '🔴',
  large_orange_diamond: '🔶',
  large_orange_circle: '🟠',
  large_yellow_circle: '🟡',
  large_blue_circle: '🔵',
  white_circle: '⚪',
  shield: '🛡️',
  white_check_mark: '✅',
  hourglass_flowing_sand: '⏳',
  warning: '⚠️',
  lock: '🔒',
  dart: '🎯',
  test_tube: '🧪',
  speech_balloon: '💬',
}

/** The sign of a short name; null for one that the page does not know. */
export function emojiOf(name: string): string | null {
  return Object.hasOwn(EMOJI, name) ? (EMOJI[name] ?? null) : null
}

/** The text with the known `:short_names:` as signs. */
export function withEmoji(text: string): string {
  return text.replace(/:([a-z0-9_+-]{1,60}):/g, (whole, name: string) => emojiOf(name) ?? whole)
}
