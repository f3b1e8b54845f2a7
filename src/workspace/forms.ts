/** How Slack writes the value of a datepicker: YYYY-MM-DD. */
export const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/

/** How Slack writes the value of a timepicker: HH:mm. */
export const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/
