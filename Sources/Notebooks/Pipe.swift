internal import Glibc

/// One stream of a running program, and what has come through it.
final class Pipe {
  /// What is left to read in some pipes.
  enum State { case some, waiting, none }

  private(set) var bytes: [UInt8] = []
  /// The end the program writes to.
  private(set) var writing: Int32
  private var reading: Int32

  init() throws(SystemFault) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw SystemFault("no pipe can be made", errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }

  deinit {
    closeWriting()
    if reading >= 0 { close(reading) }
  }

  /// Leaves the other end to the program alone, so that its end can be seen.
  func closeWriting() {
    if writing >= 0 { close(writing) }
    writing = -1
  }

  /// Forgets all but the last so many bytes.
  func keepLast(_ count: Int) { bytes.removeFirst(max(0, bytes.count - count)) }

  /// Reads what is there, waiting for something at most so long.
  static func wait(for pipes: [Pipe], milliseconds: Int32) -> State {
    let open = pipes.filter { $0.reading >= 0 }
    guard !open.isEmpty else { return .none }
    var polls = open.map { pollfd(fd: $0.reading, events: Int16(POLLIN), revents: 0) }
    guard poll(&polls, nfds_t(polls.count), milliseconds) > 0 else { return .waiting }
    for (pipe, state) in zip(open, polls) where state.revents != 0 { pipe.readSome() }
    return .some
  }

  private func readSome() {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(reading, &buffer, buffer.count)
    if count > 0 {
      bytes += buffer[..<count]
    } else if count == 0 || errno != EINTR {
      close(reading)
      reading = -1
    }
  }
}
