/** Small tables that every node holds a copy of. */
export const REFERENCE_TABLES = ['scope'] as const

/**
 * Tables of the behaviour graph: `scope` leads their keys, and a server with Citus spreads them by it. The first one is
 * spread first, and the others lie beside it. A partitioned table stands for its partitions.
 */
export const GRAPH_TABLES = ['entity', 'call', 'edge', 'edge_hour', 'agent', 'coverage', 'ledger'] as const

/** Views that read graph tables, and are asked by scope as those are. */
export const GRAPH_VIEWS: readonly string[] = []

/** Tables that stay whole on the one server that every process talks to. */
export const LOCAL_TABLES = [
  'rejected',
  'incident',
  'finding',
  'incident_key',
  'incident_event',
  'card',
  'interaction',
] as const
