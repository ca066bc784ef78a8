import net from 'node:net';

/**
 * A socket that sends what is written in one turn of the event loop as one packet. A command's BEGIN, its first reads and its
 * append would otherwise be a system call each, and those cost more than all of our own code (measured: half of the CPU).
 */
export function gatheringSocket(): net.Socket {
  const socket = new net.Socket();
  let gathering = false;
  // Only once it connects: Node puts its own `write` back at that moment.
  socket.once('connect', () => {
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
    socket.write = (...args: unknown[]): boolean => {
      if (!gathering) {
        gathering = true;
        socket.cork();
        setImmediate(() => {
          gathering = false;
          socket.uncork();
        });
      }
      return write(...args);
    };
  });
  return socket;
}
