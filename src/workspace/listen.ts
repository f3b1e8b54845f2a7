import type { Server } from 'node:http'
import { isLoopback } from '../model/practice.ts'

/**
 * Listens on an address of this machine's own and returns the port. Any other address, and a port that is taken, is
 * told with what to do about it.
 */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    if (!isLoopback(host)) {
      return reject(
        new Error(
          `The workspace simulator listens on this machine alone, and ${host} can be reached from others. Use 127.0.0.1.`,
        ),
      )
    }
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EADDRINUSE') return reject(cause)
      const advice = 'Set FIREBREAK_PORT to another one, or stop the program that uses it.'
      reject(new Error(`Port ${port} is taken. ${advice}`, { cause }))
    })
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
