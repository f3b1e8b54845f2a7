import { expect, test } from 'vitest'
import { checkScope } from '../helpers/scope-check.ts'

test.each([
  ['a constant', 'select * from edge where scope = 1'],
  ['a parameter, the names quoted', 'select "edge"."id" from "edge" where "edge"."scope" = $1'],
  ['the other way round, with a cast', 'select * from edge e where $1::int = e.scope and e.ip <> 0'],
  ['a list', 'select * from edge where scope in ($1, $2, $3)'],
  ['an array', 'select * from edge where scope = any($1::int[])'],
  ['an array constructor', 'select * from edge where scope = any(array[1, 2])'],
  ['a pair', 'select * from entity where (scope, id) = ($1, $2)'],
  ['parentheses', 'select * from edge where ((scope = $1) and (ip = 1 or call = 2))'],
  ['either of two', 'select * from edge where (scope = $1 and ip = 2) or (scope = $2 and ip = 3)'],
  [
    'a join on scope',
    'select * from edge join edge_hour h on h.scope = edge.scope and h.edge = edge.id where edge.scope = $1',
  ],
  [
    'the predicate on the other side of the join',
    'select * from edge e join call c on c.scope = e.scope where c.scope = $1',
  ],
  ['an old join', 'select * from edge e, call c where e.scope = c.scope and c.scope = $1'],
  ['a join by using', 'select * from edge join call using (scope, id) where scope = $1'],
  ['a natural join', 'select * from edge natural join call where edge.scope = $1'],
  [
    'a predicate in the join',
    'select 1 from unnest($1::text[]) as w (verb) join call on call.scope = $2 and call.verb = w.verb collate "C"',
  ],
  [
    'outer joins from a table with a scope',
    'select * from edge e left join entity s on s.scope = e.scope and s.id = e.subject where e.scope in ($1)',
  ],
  ['a right join', 'select * from entity s right join edge e on s.scope = e.scope where e.scope = 1'],
  [
    'a join in parentheses',
    'select * from edge e left join (call c join entity s on s.scope = c.scope) on c.scope = e.scope where e.scope = 1',
  ],
  [
    'the reference table',
    'select * from coverage join scope on scope.id = coverage.scope where scope.id = $1',
  ],
  [
    'a local table that has the scope',
    'select * from finding f join entity e on e.scope = f.scope where f.scope = $1',
  ],
  [
    'a correlated query',
    'select * from edge where scope = 1 and exists (select 1 from entity x where x.scope = edge.scope and x.id = edge.ip)',
  ],
  [
    'a query in the select list',
    'select (select key from entity n where n.scope = e.scope and n.id = e.ip) from edge e where e.scope = $1',
  ],
  [
    'a lateral query',
    'select * from edge e cross join lateral (select sum(h.success) from edge_hour h where h.scope = e.scope and h.edge = e.id) t where e.scope = $1',
  ],
  [
    'a query in from',
    'select * from (select scope, id from edge where scope = $1) e join edge_hour h on h.scope = e.scope and h.edge = e.id',
  ],
  [
    'a common table expression',
    'with mine as materialized (select scope, id from edge where scope = $1) select * from mine m join edge_hour h on h.scope = m.scope',
  ],
  [
    'two of them',
    'with a as (select * from edge where scope = 1), b (scope) as (select scope from a) select * from b join call on call.scope = b.scope',
  ],
  ['one that has the name of a table', 'with edge as (select 1 as id) select * from edge'],
  [
    'a walk',
    'with recursive walk as (select id from entity where scope = $1 union all select e.ip from edge e join walk w on w.id = e.subject where e.scope = $1) select * from walk',
  ],
  [
    'a union',
    'select id from edge where scope = 1 union all (select id from call where scope = 1) order by id',
  ],
  [
    'an insert',
    'insert into edge (scope, subject) values ($1, $2) on conflict (scope, subject) do update set ip = excluded.ip returning id',
  ],
  [
    'an insert from a query',
    'insert into call (scope, verb) select $1, verb from unnest($2::text[]) as fresh (verb)',
  ],
  [
    'an insert of what is not there',
    'insert into edge (scope, ip) select $1, s.ip from unnest($2::int[]) as s (ip) where not exists (select from edge where edge.scope = $1 and edge.ip = s.ip)',
  ],
  ['an update', 'update entity set last_seen = $1 where scope = $2'],
  [
    'an update from values',
    'update entity set last_seen = seen.last from unnest($1::int[]) with ordinality as seen (id, last) where entity.scope = $2 and entity.id = seen.id',
  ],
  [
    'a delete',
    'delete from edge_hour using unnest($1::int[]) as low (edge) where edge_hour.scope = $2 and edge_hour.edge = low.edge',
  ],
  ['a partition', 'select * from edge_hour_2026_11 p where p.scope = 1'],
  [
    'tables that are not of the graph',
    'select * from finding where incident = $1; select * from scope; select * from pgboss.edge',
  ],
  [
    'a name in a string, a comment or a quote',
    "select 'from edge', E'it\\'s from edge', $x$ from edge $x$, \"from edge\" -- from edge\n /* from edge /* from */ edge */ from scope",
  ],
  [
    'from inside of a function, and distinct from',
    'select extract(hour from at), ip is distinct from call from agent where scope = 1',
  ],
  ['case with and', 'select 1 from edge where case when ip = 1 and call = 2 then true end and scope = $1'],
  ['between', 'select 1 from edge_hour where hour between $1 and $2 and scope = $3'],
  [
    'an ordered set',
    'select percentile_cont(0.5) within group (order by hour) from coverage where scope = 1 group by source',
  ],
  [
    'what works on whole tables',
    'truncate edge; create index on edge (scope, ip); create table edge_hour_9 partition of edge_hour for values in (9); analyze edge',
  ],
  ['explain', 'explain (analyze, buffers) select * from edge where scope = 1'],
  ['copy', 'copy edge (id, scope) from stdin binary; copy (select * from edge where scope = 1) to stdout'],
  ['a lock of one row', 'select id from entity where scope = $1 and id = $2 for update'],
  [
    'a row in a query, scope among it',
    'select * from edge e where e.scope in ($1, $2) and (e.scope, e.ip) in (select n.scope as s, n.id from entity n where n.kind = $3)',
  ],
  [
    'a scope in a query that is asked by scope',
    'select * from edge where scope = $1 and scope in (select scope from call)',
  ],
])('passes: %s', (_, sql) => {
  expect(checkScope(sql).faults).toEqual([])
})

test.each([
  ['no predicate', 'select * from edge', 'edge'],
  ['a predicate on something else', 'select * from edge where id = $1', 'edge'],
  ['scope in the select list', 'select scope, scope = 1 from edge', 'edge'],
  ['another comparison', 'select * from edge where scope > 1', 'edge'],
  ['the opposite', 'select * from edge where scope <> 1 and not (scope = 1)', 'edge'],
  ['not in', 'select * from edge where scope not in (1, 2)', 'edge'],
  ['all of an array', 'select * from edge where scope = all($1)', 'edge'],
  [
    'a query for the scopes',
    'select * from edge where scope in (select id from scope where account = $1)',
    'edge',
  ],
  ['a query for any of them', 'select * from edge where scope = any(array(select id from scope))', 'edge'],
  ['only one of two', 'select * from edge where scope = 1 or ip = 2', 'edge'],
  ['scope with itself', 'select * from edge where edge.scope = edge.scope', 'edge'],
  [
    'a join that leaves out scope',
    'select * from edge e join edge_hour h on h.edge = e.id where e.scope = 1',
    'edge_hour (as h)',
  ],
  [
    'a join on scope and nowhere a value',
    'select * from edge e join call c on c.scope = e.scope',
    'edge (as e)',
  ],
  [
    'a predicate in an outer join',
    'select * from edge e left join entity s on e.scope = 1 and s.scope = 1',
    'edge (as e)',
  ],
  [
    'scopes as rows',
    'select * from unnest($1::int[]) as w (scope) join edge on edge.scope = w.scope',
    'edge',
  ],
  [
    'the reference table without a value',
    'select * from coverage join scope on scope.id = coverage.scope',
    'coverage',
  ],
  ['a query in from', 'select * from (select * from edge) e where e.ip = 1', 'edge'],
  ['a query in where', 'select * from finding where exists (select 1 from entity where id = 1)', 'entity'],
  [
    'a query that is not correlated by scope',
    'select * from edge where scope = 1 and exists (select 1 from entity n where n.id = edge.ip)',
    'entity (as n)',
  ],
  ['a common table expression', 'with e as (select * from edge) select * from e where scope = 1', 'edge'],
  [
    'a walk by its own scope',
    'with recursive w as (select scope, id from entity where scope = 1 union select e.scope, e.ip from edge e join w on w.scope = e.scope) select * from w',
    'edge (as e)',
  ],
  ['the second of a union', 'select id from edge where scope = 1 union select id from call', 'call'],
  ['the table behind a comment', 'select * from /* a */ "edge" -- where scope = 1', 'edge'],
  ['a schema', 'select * from public.edge', 'edge'],
  ['a table by itself', 'table edge', 'edge'],
  ['a partition', 'select * from edge_hour_0', 'edge_hour_0'],
  ['an update', 'update entity set last_seen = $1 where id = $2', 'entity'],
  [
    'an update of the scope',
    'update entity set last_seen = $1, scope = 2 where scope = 1',
    'The scope of rows of entity',
  ],
  [
    'an upsert of the scope',
    'insert into call (scope, verb) values (1, $1) on conflict (scope, verb) do update set scope = excluded.scope',
    'The scope of rows of call',
  ],
  ['a delete', 'delete from edge_hour where success = 0', 'edge_hour'],
  ['a delete in a common table expression', 'with gone as (delete from edge returning *) select 1', 'edge'],
  ['an insert that names no columns', 'insert into edge values (1, 2)', 'An insert into edge'],
  ['an insert that leaves scope out', 'insert into edge (id, ip) values (1, 2)', 'An insert into edge'],
  ['an insert from all', 'insert into edge (scope, ip) select scope, id from entity', 'entity'],
  [
    'a merge',
    'merge into edge using call on edge.call = call.id when matched then do nothing',
    'A merge into edge',
  ],
  ['copy in', 'copy edge from stdin', 'A copy into edge'],
  ['copy in without scope', 'copy edge (id, ip) from stdin binary', 'A copy into edge'],
  ['copy out', 'copy edge to stdout', 'A copy of the whole of edge'],
  ['a cursor', 'declare c cursor for select * from edge', 'edge'],
  ['the second statement', 'select 1; select * from call', 'call'],
  [
    'a row that is in no query',
    'select * from edge e where e.scope = 1 and (e.scope, e.ip) not in (select n.scope, n.id from entity n)',
    'entity (as n)',
  ],
  [
    'a row or something else',
    'select * from edge e where e.scope = 1 and (e.ip = 1 or (e.scope, e.ip) in (select n.scope, n.id from entity n))',
    'entity (as n)',
  ],
  [
    'a row in the first few',
    'select * from edge e where e.scope = 1 and (e.scope, e.ip) in (select n.scope, n.id from entity n limit 9)',
    'entity (as n)',
  ],
  [
    'a row without scope',
    'select * from edge e where e.scope = 1 and e.ip in (select n.id from entity n)',
    'entity (as n)',
  ],
  [
    'a row whose scope nobody knows',
    'select * from edge e where (e.scope, e.ip) in (select n.scope, n.id from entity n)',
    'entity (as n)',
  ],
])('is refused: %s', (_, sql, names) => {
  const { faults } = checkScope(sql)
  expect(faults.length).toBeGreaterThan(0)
  expect(faults.some((fault) => fault.startsWith(names))).toBe(true)
})

test('a fault says which table, which rule and what to do', () => {
  expect(checkScope('select * from edge as e').faults).toEqual([
    'edge (as e) is used without a predicate on its scope: add e.scope = …, or = any(…), or join it on scope with a table that has one.',
  ])
})
