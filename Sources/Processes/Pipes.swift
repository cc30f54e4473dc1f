internal import Glibc

/// Both ends of a pipe, which programs that are started later do not inherit.
final class PipeEnds {
  private(set) var reading: Int32
  private(set) var writing: Int32

  init() throws(SystemFault) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw SystemFault("no pipe can be made", errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }

  deinit {
    closeReading()
    closeWriting()
  }

  func closeReading() {
    if reading >= 0 { close(reading) }
    reading = -1
  }

  func closeWriting() {
    if writing >= 0 { close(writing) }
    writing = -1
  }
}

/// A stream that a running program writes, with the bytes that have arrived.
package final class OutputPipe {
  /// The state of some pipes.
  package enum State { case some, waiting, none }

  /// The bytes that have arrived and were not taken.
  package private(set) var bytes: [UInt8] = []
  let ends: PipeEnds

  init() throws(SystemFault) { ends = try PipeEnds() }

  /// Removes all but the last `count` bytes.
  package func keepLast(_ count: Int) { bytes.removeFirst(max(0, bytes.count - count)) }

  /// Takes the first line without its end; nil if no line is complete.
  package func takeLine() -> [UInt8]? {
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    defer { bytes.removeFirst(end + 1) }
    return Array(bytes[..<end])
  }

  /// Reads what has arrived, after waiting for it, or until a pipe can be written, at most
  /// `milliseconds`.
  @discardableResult
  static func wait(
    for pipes: [OutputPipe], writing input: InputPipe? = nil, milliseconds: Int32
  ) -> State {
    let open = pipes.filter { $0.ends.reading >= 0 }
    guard !open.isEmpty || input != nil else { return .none }
    var polls = open.map { pollfd(fd: $0.ends.reading, events: Int16(POLLIN), revents: 0) }
    if let input {
      polls.append(pollfd(fd: input.ends.writing, events: Int16(POLLOUT), revents: 0))
    }
    guard poll(&polls, nfds_t(polls.count), milliseconds) > 0 else { return .waiting }
    for (pipe, state) in zip(open, polls) where state.revents != 0 { pipe.readSome() }
    return .some
  }

  private func readSome() {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(ends.reading, &buffer, buffer.count)
    if count > 0 {
      bytes += buffer[..<count]
    } else if count == 0 || errno != EINTR {
      ends.closeReading()
    }
  }
}

/// A stream that a running program reads.
final class InputPipe {
  let ends: PipeEnds

  init() throws(SystemFault) {
    ends = try PipeEnds()
    // Bytes that do not fit in the pipe are written later.
    _ = fcntl(ends.writing, F_SETFL, O_NONBLOCK)
  }

  /// Writes as many bytes as fit.
  ///
  /// - Returns: The number of bytes; nil if the other end is closed.
  func write(_ bytes: ArraySlice<UInt8>) -> Int? {
    // The signal of a closed pipe would end this process, so it is blocked and discarded.
    var (closed, before) = (sigset_t(), sigset_t())
    sigemptyset(&closed)
    sigaddset(&closed, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &closed, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let count = bytes.withUnsafeBytes { Glibc.write(ends.writing, $0.baseAddress, $0.count) }
    guard count < 0 else { return count }
    if errno == EAGAIN || errno == EINTR { return 0 }
    if errno == EPIPE {
      var none = timespec()
      sigtimedwait(&closed, nil, &none)
    }
    return nil
  }
}
