/** Where a message stands. */
export interface Place {
  readonly channel: string
  readonly ts: string
}

/** The link to a message; `workspaceUrl` ends in a slash. */
export function messageUrl(workspaceUrl: string, { channel, ts }: Place): string {
  return `${workspaceUrl}archives/${channel}/p${ts.replace('.', '')}`
}
