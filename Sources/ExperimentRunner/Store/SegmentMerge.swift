internal import Foundation
internal import ResultRecords
internal import TensorIO

extension SegmentFolder {
  /// Merges segments whose writers have ended into one, where there are many or some have lines that cannot
  /// be used, so that a folder has few files however often it was run.
  ///
  /// Lines stay below the line of what computed them, which is written again where it changes. Of each cell the
  /// last ``StoredResults/linesKept`` lines are kept, of everything else the last. The merged segment is on the
  /// disk under its name before one of the others is removed, and each of them is locked meanwhile, which its
  /// writer would have done. A segment of another machine is left alone for a week, because locks may not be
  /// seen there. A writer whose segment was removed all the same begins another.
  ///
  /// - Parameter isUntidy: Whether to merge few segments too.
  /// - Throws: `TensorFileError.unwritable`; then nothing is removed.
  /// - Complexity: Linear in lines; memory for the addresses and keys of all.
  func merge(isUntidy: Bool) throws {
    guard let names = names() else { return }
    guard isUntidy || names.count >= Self.many else { return }
    var locked: [(name: SegmentName, descriptor: Int32)] = []
    defer { for file in locked { close(file.descriptor) } }
    for name in names {
      if let descriptor = lock(name) {
        locked.append((name, descriptor))
      } else if isUntidy {
        // A link or a pipe has no results; a folder is renamed.
        try? KeptPlace.clear("\(path)/\(name.text)", below: path)
      }
    }
    guard !locked.isEmpty, isUntidy || locked.count >= Self.many else { return }
    let files = locked.map { SegmentFile(path: "\(path)/\($0.name.text)") }
    var places = Places()
    for file in files { _ = file.read { places.see($0) } }
    let target = SegmentName(owner: .merged, number: 0)
    var merged = try AtomicFile(path: "\(path)/\(target.text)")
    var buffer: [UInt8] = []
    var failure: (any Error)?
    places.rewind()
    var written = SegmentMachine.unknown
    for file in files {
      var machine = SegmentMachine.unknown
      _ = file.read { found in
        if case .line(let line) = found, line.kind == .machine {
          machine = SegmentMachine(line) ?? .unknown
        }
        guard failure == nil, let line = places.kept(found) else { return }
        if machine != written { buffer += machine.line.sealed }
        written = machine
        buffer += line.sealed
        guard buffer.count >= Self.blockSize else { return }
        do {
          try merged.write(buffer.span.bytes)
          buffer.removeAll(keepingCapacity: true)
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
    try merged.write(buffer.span.bytes)
    try merged.commit()
    for file in locked { unlink("\(path)/\(file.name.text)") }
  }

  /// The number of segments from which on they are merged.
  private static let many = 8
  private static let blockSize = 1 << 20

  /// Locks a segment whose writer has ended; nil for others, and for what is no file.
  private func lock(_ name: SegmentName) -> Int32? {
    let flags = O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC
    let descriptor = open("\(path)/\(name.text)", flags)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      name.machine == SegmentName.thisMachine
        || Date.now.timeIntervalSince1970 - Double(status.st_mtim.tv_sec) > Self.week,
      flock(descriptor, LOCK_EX | LOCK_NB) == 0
    else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  private static let week = 7.0 * 24 * 3600
}

/// Which lines of some segments are kept: found in one reading, applied in the next.
private struct Places {
  private var lastOfAddress: [String: Int] = [:]
  private var rankOfCell: [ResultRecord.Key: Int] = [:]
  private var keys: [String: ResultRecord.Key] = [:]
  private var number = 0

  /// Counts a line.
  mutating func see(_ found: SegmentFolder.Found) {
    guard case .line(let line) = found, line.kind != .machine else { return }
    number += 1
    let address = String(line.address)
    switch line.kind {
    case .cell:
      guard let cell = CellLine(line.payload), let key = cell.record?.key,
        cell.origin?.address(of: key) == address
      else { return }
      if lastOfAddress["cell " + address] == nil { rankOfCell[key, default: 0] += 1 }
      keys[address] = key
    case .failed, .profile, .network, .machine: break
    }
    lastOfAddress["\(line.kind.rawValue) \(address)"] = number
  }

  /// Begins the second reading.
  mutating func rewind() { number = 0 }

  /// The line, if it is kept.
  mutating func kept(_ found: SegmentFolder.Found) -> SegmentLine? {
    guard case .line(let line) = found, line.kind != .machine else { return nil }
    number += 1
    let address = String(line.address)
    guard lastOfAddress["\(line.kind.rawValue) \(address)"] == number else { return nil }
    switch line.kind {
    case .cell:
      guard let key = keys[address], let rank = rankOfCell[key] else { return nil }
      rankOfCell[key] = rank - 1
      return rank <= StoredResults.linesKept ? line : nil
    case .failed: return lastOfAddress["cell " + address] == nil ? line : nil
    case .profile, .network: return line
    case .machine: return nil
    }
  }
}
