/** The bytes that give JSON its structure. */
export const NEWLINE = 0x0a
export const QUOTE = 0x22
export const COMMA = 0x2c
export const BACKSLASH = 0x5c
export const OPEN_BRACKET = 0x5b
export const CLOSE_BRACKET = 0x5d
export const OPEN_BRACE = 0x7b
export const CLOSE_BRACE = 0x7d
/** Begins each text of a JSON text sequence (RFC 7464). */
export const SEPARATOR = 0x1e
