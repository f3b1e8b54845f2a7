/** How far a file has been taken in. Its bytes are those on disk, packed when it is gzip. */
export interface IngestProgress {
  readonly file: string
  readonly bytes: number
  /** Null for a pipe, whose end nobody knows. */
  readonly totalBytes: number | null
  /** Records of this file so far, whatever became of them. */
  readonly records: number
  readonly rejected: number
}
