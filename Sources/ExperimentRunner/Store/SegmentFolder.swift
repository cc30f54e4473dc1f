internal import Foundation
internal import TensorIO

/// The segments of an output directory: files of finished results, each with one writer.
struct SegmentFolder: Sendable {
  /// The path of the folder.
  let path: String

  /// The folder of an output directory.
  init(outputDirectory: String) { path = outputDirectory + "/.segments" }

  /// What a reader finds.
  enum Found {
    /// A segment begins.
    case begin
    case line(SegmentLine)
    /// A damaged line, with the address that stands in it, if one does.
    case damagedLine(address: String?)
    /// Something that is not a file where a segment, or the folder, is expected.
    case noFile
  }

  /// The names of the segments in order; nil if the folder is there and cannot be listed.
  ///
  /// An empty list where there is no folder.
  func names() -> [SegmentName]? {
    guard let stream = opendir(path) else { return errno == ENOENT ? [] : nil }
    defer { closedir(stream) }
    var names: [SegmentName] = []
    while let entry = readdir(stream) {
      let text = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let name = SegmentName(text) { names.append(name) }
    }
    return names.sorted()
  }

  /// Reads segments in the order of their names, line by line.
  ///
  /// A segment that another run merges while this one reads is found again in the merged one, so a line may
  /// be handed on twice.
  ///
  /// - Parameters:
  ///   - isWanted: Whether a segment is to be opened.
  ///   - body: Receives every line.
  /// - Complexity: Linear in the bytes; memory for the longest line.
  func read(where isWanted: (SegmentName) -> Bool = { _ in true }, _ body: (Found) -> Void) {
    var done: Set<SegmentName> = []
    for _ in 0..<Self.attempts {
      guard let names = names() else { return body(.noFile) }
      var hasVanished = false
      for name in names where !done.contains(name) && isWanted(name) {
        body(.begin)
        switch SegmentFile(path: path + "/" + name.text).read(body) {
        case .whole: done.insert(name)
        case .noFile:
          done.insert(name)
          body(.noFile)
        case .vanished: hasVanished = true
        }
      }
      if !hasVanished { return }
    }
  }

  /// How many bytes segments have together.
  func size(of names: [SegmentName]) -> Int {
    names.reduce(0) { sum, name in
      var status = stat()
      return sum + (lstat(path + "/" + name.text, &status) == 0 ? Int(status.st_size) : 0)
    }
  }

  /// How often the folder is listed anew while others merge segments.
  private static let attempts = 5
}
