import type { Server } from 'node:http'

/** Listens on 127.0.0.1 alone and returns the port. A taken port is told with what to do about it. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EADDRINUSE') return reject(cause)
      const advice = 'Set FIREBREAK_PORT to another one, or stop the program that uses it.'
      reject(new Error(`Port ${port} is taken. ${advice}`, { cause }))
    })
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
