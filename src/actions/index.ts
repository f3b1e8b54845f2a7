import type { Planner } from '../model/action.ts'
import { cordonNode } from './cordon-node.ts'
import { isolatePod } from './isolate-pod.ts'
import { preservePod } from './label-pod.ts'

/** Every action, in the order in which forms offer them. */
export const ACTIONS: readonly Planner[] = [isolatePod, preservePod, cordonNode]

export function actionNamed(name: string): Planner | null {
  return ACTIONS.find((one) => one.name === name) ?? null
}
