internal import Foundation

/// A segment that is read line by line.
struct SegmentFile {
  let path: String

  /// How reading ended.
  enum Outcome { case whole, noFile, vanished }

  /// Reads the whole lines of the file; half a line at its end, which a killed writer may leave, is skipped.
  ///
  /// It does not follow a link and does not block on a pipe or a device.
  func read(_ body: (SegmentFolder.Found) -> Void) -> Outcome {
    var status = stat()
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else { return errno == ENOENT ? .vanished : .noFile }
    defer { close(descriptor) }
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return .noFile
    }
    var rest: [UInt8] = []
    var block = [UInt8](repeating: 0, count: Self.blockSize)
    while true {
      let count = Foundation.read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { body(.damagedLine(address: nil)) }
      guard count > 0 else { return .whole }
      var start = 0
      while let end = block[start..<count].firstIndex(of: UInt8(ascii: "\n")) {
        if rest.isEmpty {
          hand(block[start..<end], to: body)
        } else {
          rest += block[start..<end]
          hand(rest[...], to: body)
          rest.removeAll(keepingCapacity: true)
        }
        start = end + 1
      }
      // A file without line ends is none of ours; it must not fill the memory.
      guard rest.count <= Self.longestLine else {
        body(.damagedLine(address: nil))
        return .whole
      }
      rest += block[start..<count]
    }
  }

  private func hand(_ bytes: ArraySlice<UInt8>, to body: (SegmentFolder.Found) -> Void) {
    switch SegmentLine.reading(bytes) {
    case .line(let line): body(.line(line))
    case .damaged(let address): body(.damagedLine(address: address))
    }
  }

  private static let blockSize = 1 << 20
  /// More bytes than a profile of 64 grids has.
  private static let longestLine = 1 << 26
}
