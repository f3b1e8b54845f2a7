/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Acts } from './acts.ts'
import type { Play } from './state.ts'

interface Props {
  readonly play: Play
  readonly acts: Acts
}

/** How far the scenario has come, and a button that holds it. */
export function PlayBar({ play, acts }: Props): ComponentChild {
  const { name, state, length } = play
  const at = useRunning(play)
  const words = {
    playing: `${minutes(at)} of ${minutes(length)}`,
    paused: `paused at ${minutes(at)} of ${minutes(length)}`,
    done: 'played to the end',
    stopped: `stopped at ${minutes(at)} of ${minutes(length)}; npm start -- --fresh plays it from the beginning`,
  }[state]
  const isPlaying = state === 'playing'
  // One button for both, so that it keeps the focus when it is pressed.
  const button =
    isPlaying || state === 'paused'
      ? html`<button type="button" class="button small" onClick=${() => acts.play(isPlaying ? 'pause' : 'resume')}>
          ${isPlaying ? 'Pause' : 'Resume'}
        </button>`
      : null
  return html`<div class="play" role="group" aria-label="Scenario">
    <span>Scenario "${name}" · ${words}</span>
    ${button}
  </div>`
}

/** The seconds of play now: between two answers of the server they run on. */
function useRunning({ state, at, length }: Play): number {
  const [heard, setHeard] = useState({ at, when: performance.now() })
  const [, tick] = useState(0)
  useEffect(() => setHeard({ at, when: performance.now() }), [at, state])
  useEffect(() => {
    if (state !== 'playing') return undefined
    const timer = setInterval(() => tick((count) => count + 1), 1_000)
    return () => clearInterval(timer)
  }, [state])
  if (state !== 'playing') return at
  return Math.min(length, heard.at + (performance.now() - heard.when) / 1_000)
}

/** `0:34` */
function minutes(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
