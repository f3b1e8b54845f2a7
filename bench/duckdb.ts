import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

/** Opens a DuckDB over a database file, or in memory where none is named; `close` lets go of both. */
export async function openDuckdb(path?: string): Promise<{ run: DuckDBConnection['run']; close(): void }> {
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  return {
    run: (statement) => connection.run(statement),
    close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

/** A text as SQL writes it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

const COLUMNS = {
  auditID: 'varchar',
  stage: 'varchar',
  requestURI: 'varchar',
  verb: 'varchar',
  user: 'struct(username varchar)',
  impersonatedUser: 'struct(username varchar)',
  sourceIPs: 'varchar[]',
  userAgent: 'varchar',
  objectRef:
    'struct(resource varchar, "apiGroup" varchar, "namespace" varchar, "name" varchar, subresource varchar)',
  responseStatus: 'struct(code integer)',
  requestReceivedTimestamp: 'timestamp',
  responseObject: 'struct(metadata struct("name" varchar), spec struct(containers struct(image varchar)[]))',
}

/** A resource with its group and subresource, or a path, as the graph names what was called. */
const CALL = `case when objectRef is null then split_part(requestURI, '?', 1)
    else concat_ws('/', concat_ws('.', objectRef.resource, objectRef."apiGroup"), objectRef.subresource) end`

/**
 * A select of the columns that questions are asked of, from NDJSON (or .gz of it): the types are told, so that DuckDB
 * need not guess, and what is not asked for is skipped.
 */
export function fromNdjson(files: readonly string[]): string {
  const columns = Object.entries(COLUMNS).map(([name, type]) => `${quoted(name)}: ${quoted(type)}`)
  return `select auditID as id, stage, requestReceivedTimestamp as received, verb, "user".username as subject,
    impersonatedUser.username as acting_as, sourceIPs[-1] as ip, userAgent as agent,
    objectRef.resource as resource, objectRef.subresource as subresource, objectRef."namespace" as ns,
    objectRef."name" as object, responseStatus.code as code,
    ${CALL} as call,
    responseObject.metadata."name" as pod, [c.image for c in responseObject.spec.containers] as images
    from read_json([${files.map(quoted).join(', ')}], format = 'newline_delimited', columns = {${columns.join(', ')}})`
}

/** Each request once, at its first stage: who keeps Parquet would do that once, when writing it. */
export function requestsFrom(select: string): string {
  return `select * exclude (id, stage) from (${select})
    qualify row_number() over (partition by id order by stage desc) = 1`
}
