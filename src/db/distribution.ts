/** Small tables that every node holds a copy of. */
export const REFERENCE_TABLES = ['scope'] as const

/**
 * Tables of the behaviour graph: `scope` leads their keys, and a server with Citus spreads them by it. The first one is
 * spread first, and the others lie beside it. A partitioned table stands for its partitions.
 */
export const GRAPH_TABLES = [
  'entity',
  'trait',
  'link',
  'call',
  'agent',
  'coverage',
  'edge',
  'edge_hot',
  'edge_day',
  'edge_total',
  'sum_hot',
  'sum_day',
  'sum_week',
  'event',
  'seen_block',
  'sealed',
  'ledger',
  'flow',
  'flow_hour',
  'standing',
  'inventory',
] as const

/** Views that read graph tables, and are asked by scope as those are. */
export const GRAPH_VIEWS: readonly string[] = ['edge_hour', 'edge_all', 'sum_hour']

/** Tables that stay whole on the one server that every process talks to. */
export const LOCAL_TABLES = [
  'writer',
  'ring',
  'tidying',
  'retention',
  'rejected',
  'incident',
  'account',
  'finding',
  'incident_key',
  'incident_event',
  'card',
  'interaction',
  'feed',
  'feed_told',
  'trail_head',
  'trail_entry',
  'trail_anchor',
  'proposal',
  'vote',
  'glass',
  'plan_read',
  'hold',
  'hold_lift',
  'press',
  'step',
  'draft',
  'proposal_card',
] as const
