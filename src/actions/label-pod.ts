import type { Planner } from '../model/action.ts'
import { isRefused } from '../model/refusals.ts'
import { labelPod, podPermission, podTarget, saveManifest, unlabelPod } from './pod-steps.ts'
import { readPod } from './pod-target.ts'

/** Keeps what stands of one pod and marks it, so that people and tools leave it alone. */
export const preservePod: Planner = {
  name: 'label-pod',
  label: 'Preserve the pod: save its manifest, label it',
  about: 'pod',
  async plan(reader, asked) {
    const pod = await readPod(reader, asked)
    if (isRefused(pod)) return pod
    return {
      action: this.name,
      title: 'Preserve 1 pod',
      target: podTarget(pod),
      steps: [
        saveManifest(podTarget(pod), pod.path, podPermission(pod, 'get')),
        labelPod(pod, asked.incident, false),
      ],
      undo: [unlabelPod(pod, asked.incident, false)],
      blast: {
        pods: null,
        services: [],
        budget: null,
        others: [],
        sentences: [
          ['Nothing stops: labels are added, and none is taken away or changed that anything selects by.'],
        ],
      },
      ifNobodyActs: null,
      open: [['The pod runs on and talks to whom it talks now.']],
    }
  },
}
