internal import Foundation
internal import Synchronization
internal import TensorIO

/// Writes finished results to a segment: a file that grows and has one writer, this one.
///
/// A line is with the system as soon as it is appended, so that a killed process loses only what it was
/// computing, and at most half a line, which readers skip. The file is written through to the disk every
/// ``secondsToSync`` seconds while lines come, and when it is closed. A power failure costs what came later; the
/// system itself writes lines after about half a minute, if no other line comes.
/// The file is created with the first line, before which it says what machine writes it. It is locked as long
/// as the writer lives.
final class SegmentWriter: Sendable {
  private struct State {
    var descriptor: Int32 = -1
    var path = ""
    var size = 0
    var segments = 0
    var synced = ContinuousClock.now
  }

  private let folder: String
  private let owner: SegmentOwner
  private let secondsToSync: Double
  private let state = Mutex(State())

  /// - Parameters:
  ///   - folder: The folder of segments, which is created if needed.
  ///   - owner: Who writes.
  ///   - secondsToSync: How much computing a power failure may cost.
  init(folder: SegmentFolder, owner: SegmentOwner, secondsToSync: Double = 15) {
    (self.folder, self.owner, self.secondsToSync) = (folder.path, owner, secondsToSync)
  }

  deinit { state.withLock { if $0.descriptor >= 0 { _ = Foundation.close($0.descriptor) } } }

  /// Appends a line; any number of threads may call this.
  ///
  /// - Throws: `TensorFileError.unwritable` and the errors of creating the folder.
  func append(_ line: SegmentLine) throws {
    let sealed = line.sealed
    try state.withLock { state in
      try prepare(&state)
      let bytes = state.size == 0 ? SegmentMachine.this.line.sealed + sealed : sealed
      let descriptor = state.descriptor
      let code = bytes.withUnsafeBytes { bytes in
        writeFully(bytes) { write(descriptor, $0.baseAddress, $0.count) }
      }
      if let code {
        // Half a line would spoil the next one.
        _ = ftruncate(descriptor, state.size)
        _ = lseek(descriptor, state.size, SEEK_SET)
        throw failure(state, "cannot be written", code)
      }
      state.size += bytes.count
      if (ContinuousClock.now - state.synced) / .seconds(1) >= secondsToSync {
        guard fsync(descriptor) == 0 else { throw failure(state, "cannot be written", errno) }
        state.synced = .now
      }
    }
  }

  /// Writes everything to the disk and ends the segment; the next line begins another.
  ///
  /// - Throws: `TensorFileError.unwritable`; a network file system reports a full disk only now.
  func close() throws {
    try state.withLock { state in
      guard state.descriptor >= 0 else { return }
      let code = fsync(state.descriptor) == 0 ? 0 : errno
      let isClosed = Foundation.close(state.descriptor) == 0
      state.descriptor = -1
      guard code == 0, isClosed else {
        throw failure(state, "cannot be written", code == 0 ? errno : code)
      }
    }
  }

  /// Opens a segment if there is none, or if somebody has removed it.
  private func prepare(_ state: inout State) throws {
    var status = stat()
    if state.descriptor >= 0 {
      if fstat(state.descriptor, &status) == 0, status.st_nlink > 0 { return }
      _ = Foundation.close(state.descriptor)
      state.descriptor = -1
    }
    // A name is taken only by a process whose number has come round within a millisecond.
    for _ in 0..<100 {
      state.segments += 1
      let name = SegmentName(owner: owner, number: state.segments)
      state.path = folder + "/" + name.text
      try KeptPlace.clear(state.path, below: folder)
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
      let descriptor = open(state.path, flags, 0o666)
      if descriptor < 0, errno == EEXIST { continue }
      guard descriptor >= 0 else { throw failure(state, "cannot be created", errno) }
      // Before the file is locked, a run that merges segments may take it for an abandoned one.
      let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
      if !isTaken, fstat(descriptor, &status) == 0, status.st_nlink > 0 {
        (state.descriptor, state.size, state.synced) = (descriptor, 0, .now)
        return
      }
      _ = Foundation.close(descriptor)
    }
    throw failure(state, "cannot be created", EEXIST)
  }

  private func failure(_ state: State, _ reason: String, _ code: Int32) -> TensorFileError {
    .unwritable(path: state.path, reason: "\(reason): \(systemMessage(code))")
  }
}
